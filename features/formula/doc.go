// Package formula is the language in which a config says what is known of a configuration before anything is trained:
// parameters, multiply-adds, bytes of memory, as a formula of the axes.
//
//	12 * depth * width^2 + if(optimizer == "adam", 2, 0) * width
//
// It has numbers, names of axes (axis("batch size") where a name is no word), + - * / ^ and parentheses; == != < <= >
// >= and && || ! which give 1 or 0; if(condition, then, else); min and max of two or more; log (natural), log2, log10,
// exp, sqrt, abs, floor, ceil and round (halves to the even number). ^ binds strongest and from the right, -x^2 is
// -(x^2). A text stands only beside == and !=, on whose other side is an axis that has it among its choices.
//
//  1. Parse reads a text into a Program, a list of steps for a machine with a stack. The tokens are those of
//     text/scanner; length, nesting and steps are bounded, so that a hostile text costs little.
//  2. Eval runs the steps on the numbers of one configuration. There are no loops and nothing is allocated.
//  3. A bundle holds both the text and the steps, so that a reader in another language needs no parser.
//
// The values have the same bits everywhere: every operation is rounded by itself, and logarithm, exponential and power
// are made of such operations (FORMAT.md has them). A missing number is NaN and what is made of it is NaN; a condition
// on it does not hold.
package formula
