// Package pages asks the operating system for large pages of memory. The processor translates each page that it reads
// from; a list of tens of megabytes lies in thousands of small pages, and each of them begins with a page fault.
package pages
