package artifacts

// CodeVersion is the version of this program, as bundles, reports and the commands state it.
const CodeVersion = "0.2.0"
