// Package guess looks at logs that nobody has described yet, says what each column is taken for and why, and writes a
// config for them, to be edited.
//
//	survey.go    1. every column is read once: its type, its values, and how it behaves within runs and between them
//	words.go     2. what names promise
//	roles.go     3. each column gets one role by its name and its values, with the grounds: ids and epochs first
//	metrics.go,     (ids.go, rounds.go), then metrics and costs, then settings; what is none of these is named as
//	costs.go,       left out
//	axes.go
//	leak.go,     4. settings that foretell a result almost exactly, and numbers that nobody chose, are taken out
//	ranking.go,     again, until the user says that they are settings
//	product.go,
//	codes.go,
//	design.go,
//	unchosen.go
//	mapping.go   5. the roles become a mapping, and the configurations span a space (features.Infer)
//	config.go,   6. all of it as YAML, each line with its grounds, and as a table
//	table.go
//
// What a log says of itself (other tools' logs that package intake turned into ours) is not guessed again: its mapping
// is given, and only the leak guard looks at it.
package guess
