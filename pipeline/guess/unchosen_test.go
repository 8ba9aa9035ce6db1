package guess

import (
	"fmt"
	"testing"
)

// What nobody chose is no axis, whatever it is called: tables in the shapes in which people publish them, with numbers
// made up. A number that was drawn for each run is one.
func TestNobodyChoseIt(t *testing.T) {
	t.Parallel()
	at := func(i, k int) float64 { return float64(i*7907%9941*(k+3)%9941) / 9941 } // as if drawn
	for _, c := range []struct {
		header string
		row    func(i int) string
		want   map[string]string
	}{
		{"bits,mode,zork,zark,forgetting_score", func(i int) string { // two results before what is known as one
			x := 50 + 5*float64(i%3) + at(i, 1)
			return fmt.Sprintf("%d,%s,%.2f,%.2f,%.3f", 4*(i%3+1), []string{"a", "b"}[i/3%2], x, x+at(i, 4), at(i, 2))
		}, map[string]string{"bits": "axis", "mode": "axis", "zork": "result", "zark": "result",
			"forgetting_score": "final metric: score"}},
		{"forgetting_score,bits,mode,zork", func(i int) string { // behind it
			return fmt.Sprintf("%.3f,%d,%s,%.2f", at(i, 2), 4*(i%3+1), []string{"a", "b"}[i/3%2],
				50+5*float64(i%3)+at(i, 1))
		}, map[string]string{"bits": "axis", "mode": "axis", "zork": "result"}},
		{"bits,mode,zork,forgetting_score", func(i int) string { // follows nothing: drawn
			return fmt.Sprintf("%d,%s,%.4f,%.3f", 4*(i%3+1), []string{"a", "b"}[i/3%2], at(i, 1), at(i, 2))
		}, map[string]string{"zork": "axis"}},
		{"lr,zork,width,val_acc", func(i int) string { // of a random search
			return fmt.Sprintf("%.5f,%.4f,%d,%.3f", at(i, 4), at(i, 1)+float64(i%3), 64*(i%3+1), at(i, 2))
		}, map[string]string{"lr": "axis", "zork": "axis"}},
		{"model,subject,zork_1,zork_2,seed", func(i int) string { // two results that nobody names
			return fmt.Sprintf("%s,s%d,%.4f,%.4f,%d", []string{"a", "b"}[i%2], i/2%4, at(i, 1),
				at(i, 1)+.1*at(i, 2), i/8)
		}, map[string]string{"model": "axis", "zork_1": "final metric: score", "zork_2": "result"}},
		{"depth,w0,wa,wm,val_acc", func(i int) string { // an architecture's numbers, that follow each other
			return fmt.Sprintf("%d,%d,%.3f,%.3f,%.3f", i%4, 8*(i/4%3), 8+float64(i%4)+at(i, 1), 2+at(i, 5), at(i, 2))
		}, map[string]string{"depth": "axis", "wa": "axis", "wm": "axis"}},
		{"depth,method,mean,std", func(i int) string {
			return fmt.Sprintf("%d,%s,%.3f,%.3f", i%6, []string{"a", "b"}[i/6%2], at(i, 1), at(i, 2))
		}, map[string]string{"mean": "final metric: score", "std": "result"}},
		{"size,batch,avg_batch_size,p99_itl_ms,energy_j", func(i int) string {
			return fmt.Sprintf("%d,%d,%.3f,%.3f,%.2f", i%4, i/4%6, at(i, 1), at(i, 2), 1+at(i, 3))
		}, map[string]string{"avg_batch_size": "result", "p99_itl_ms": "result", "energy_j": "energy: total, J"}},
		{"Iteration,pattern,CPU Load (%),energy_j", func(i int) string {
			return fmt.Sprintf("%d,%s,%d,%.2f", i/2+1, []string{"a", "b"}[i%2], i%3, 1+at(i, 3))
		}, map[string]string{"Iteration": "seed", "pattern": "axis", "CPU Load (%)": "result"}},
		{"method,dataset,config_hint,config_copy,mAP,log,yaml_path,sha,when", func(i int) string {
			return fmt.Sprintf("%s,%s,c/%d.py,w/%d.py,%.3f,w/%d.log,m/%d.yaml,%07xa,2024_11_%02d-05_28_26",
				[]string{"a", "b"}[i%2], []string{"x", "y", "z"}[i/2%3], i%4, i%8, at(i, 1), i%5, i%2,
				900001+i%4, i%9+10)
		}, map[string]string{"method": "axis", "dataset": "axis", "mAP": "final metric: score", "log": "left out",
			"yaml_path": "left out", "sha": "left out", "when": "left out"}},
		{"model_id,nickname,gpus,throughput_images_per_sec", func(i int) string {
			return fmt.Sprintf("org/m%d,M %d,%d,%.3f", i%5, i%5, i/5%3, 1+at(i, 1))
		}, map[string]string{"model_id": "axis", "nickname": "left out"}},
		{"task,bits,accuracy,rouge_l", func(i int) string { // an accuracy that hardly a run has
			acc := ""
			if i == 3 {
				acc = "53.0"
			}
			return fmt.Sprintf("%s,%d,%s,%.3f", []string{"a", "b"}[i%2], i%3, acc, at(i, 1))
		}, map[string]string{"rouge_l": "final metric: score", "accuracy": "result: accuracy, percent"}},
		{"width,lr,epochs,val_acc", func(i int) string { // for how many epochs each was trained
			return fmt.Sprintf("%d,%g,%d,%.3f", i/8%3, .1*float64(i/4%2+1), 50*(i%4+1), at(i, 1))
		}, map[string]string{"epochs": "axis", "val_acc": "final metric: accuracy, fraction"}},
		{"method,accuracy,zork,brier,tn", func(i int) string { // between two metrics, and of a confusion matrix
			return fmt.Sprintf("%s,%.3f,%.2f,%.3f,%d", []string{"a", "b"}[i%2], at(i, 1), at(i%5, 2), at(i, 3), i*37%97)
		}, map[string]string{"method": "axis", "zork": "result", "tn": "result"}},
		// a mean without its deviation, in a table of means
		{"mode,width,zork_mean,mse_mean,mse_std", func(i int) string {
			return fmt.Sprintf("%s,%d,%d,%.3f,%.3f", []string{"a", "b"}[i%2], i/2%3, i%4, at(i, 1), at(i, 2))
		}, map[string]string{"mode": "axis", "width": "axis", "zork_mean": "result", "mse_mean": "final metric: loss"}},
		{"exact_match,answer_length,zork,raw_answer,id,model,temperature", func(i int) string { // results come first
			return fmt.Sprintf("%.3f,%d,%d,answer %d,%d,%s,%g", at(i, 1), i%7, i*i%5, i%9, i%12,
				[]string{"a", "b"}[i/12], .1*float64(i%4))
		}, map[string]string{"answer_length": "result", "zork": "result", "raw_answer": "result", "id": "left out",
			"model": "axis", "temperature": "axis"}},
		{"method,split,val_acc,n_selected,selected_features", func(i int) string {
			return fmt.Sprintf("%s,%d,%.3f,%d,f%d f%d", []string{"a", "b"}[i%2], i/2, at(i, 1), i*i%7, i%5, i%3)
		}, map[string]string{"method": "axis", "split": "seed", "n_selected": "result", "selected_features": "result"}},
		{"method,depth,n_kept_mean,n_kept_std,n_kept_min,n_kept_max,acc", func(i int) string {
			return fmt.Sprintf("%s,%d,%.2f,%.2f,%d,%d,%.3f", []string{"a", "b"}[i%2], i/2%4, at(i, 1), at(i, 2), i%5,
				i%7+5, at(i, 3))
		}, map[string]string{"depth": "axis", "n_kept_mean": "result", "n_kept_min": "result", "n_kept_max": "result"}},
		{"image,noise,zork", func(i int) string { // a grid of which each cell was run once
			return fmt.Sprintf("%d,%g,%.4f", i%4, .1*float64(i/4), at(i, 1))
		}, map[string]string{"image": "axis", "noise": "axis", "zork": "final metric: score"}},
		{"bits,AR balanced,AR AUC,ER balanced,ER AUC,PP balanced,PP AUC", func(i int) string {
			return fmt.Sprintf("%d,%.1f,%.3f,%.1f,%.3f,%.1f,%.3f", i%3, at(i, 1), at(i, 2), at(i, 3), at(i, 4),
				at(i, 5), at(i, 6))
		}, map[string]string{"bits": "axis", "AR balanced": "result", "PP balanced": "result"}},
		{"scores_,scores_std,n_estimators_,n_estimators_std,max_depth", func(i int) string { // stopped early
			return fmt.Sprintf("%.3f,%.3f,%.1f,%.3f,%d", at(i, 1), at(i, 2), 1000*at(i, 3), at(i, 4), i%6)
		}, map[string]string{"max_depth": "axis", "n_estimators_": "result", "n_estimators_std": "result"}},
		{"dataset,detector,config.k,config.w,auc_pr", func(i int) string { // only some have a configuration
			return fmt.Sprintf("%s,%s,%s,%s,%.3f", []string{"x", "y"}[i%2], []string{"a", "b", "c"}[i/2%3],
				[]string{"", "5", ""}[i/2%3], []string{"", "", "7"}[i/2%3], at(i, 1))
		}, map[string]string{"dataset": "axis", "detector": "axis", "auc_pr": "final metric: score"}},
		{"arch_idx,index,width,search_time_s,val_acc", func(i int) string {
			return fmt.Sprintf("%d,%d,%d,%d,%.3f", i*7%41, i, i%3, i*i, at(i, 1))
		}, map[string]string{"arch_idx": "id", "index": "left out", "width": "axis", "search_time_s": "result"}},
	} {
		wantRoles(t, c.header, table(c.header, 24, c.row), c.want)
	}
}
