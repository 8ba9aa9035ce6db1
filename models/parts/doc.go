// Package parts writes frozen models that stand inside another model's bytes, and reads them back.
//
// A part is two blocks: the word under which a bundle's manifest knows its type, and the type's own bytes. The lists
// Predictors and Representations name the types that every composite model can hold; a new model gets a line there.
package parts
