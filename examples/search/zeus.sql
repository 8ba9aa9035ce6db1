-- Zeus (ml-energy/zeus): joules until a target metric, by batch size, power limit and GPU, as tables for eahas search run.
-- In the folder with zeus_train.parquet and zeus_power.parquet, with DuckDB: duckdb < zeus.sql
-- A row is one training to the target crossed with one measured cell (joules of an epoch): their product is what it takes.
create view target as select * from (values ('cifar100', 0.55), ('imagenet', 0.6), ('squad', 84.0), ('librispeech', 45.0),
  ('movielens-1m', 0.325), ('sentiment140', 0.85)) t(dataset, target); -- reached by every training
create view hit as
  select dataset, network, optimizer, batch_size, run, learning_rate, min(epoch) as epochs from (
    select t.*, unnest(epochs) as epoch, unnest(best_metric) as best from 'zeus_train.parquet' t) join target using (dataset)
  where case when metric_direction = 'max' then best >= target else best <= target end group by all;
create view run as
  select dataset, h.batch_size, gpu, power_limit_w, epochs, epochs * epoch_time_s as s, epochs * epoch_time_s * avg_power_w as j, h.run
  from hit h join 'zeus_power.parquet' p using (dataset, network, optimizer, batch_size);
copy (select '{"table":1,"metric":{"name":"energy to the target","kind":"loss","unit":"kJ","higher_is_better":false}}' as line union all
  select to_json({config: {dataset: dataset, batch_size: batch_size, gpu: gpu, power_limit_w: power_limit_w},
    epochs: [epochs], "values": [j / 1000], joules: [j], seconds: [s]})::varchar from (from run order by all))
  to 'zeus-search.jsonl' (format csv, header false, quote '', delimiter E'\x01');
