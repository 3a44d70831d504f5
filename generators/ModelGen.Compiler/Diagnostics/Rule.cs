namespace ModelGen.Compiler.Diagnostics;

/// <summary>One kind of mistake: its number, and what a person needs to fix it.</summary>
/// <param name="Id">MG1xxx: syntax. MG2xxx: meaning. MG3xxx: attributes. MG4xxx: warnings. MG8xxx: the build outside the compiler. MG9xxx:
/// faults in ModelGen itself.</param>
/// <param name="Title">The mistake in a few words.</param>
/// <param name="Message">The sentence shown, with {0}, {1}, … for the arguments.</param>
/// <param name="Cause">What the rule requires and why.</param>
/// <param name="Fix">What to do.</param>
internal sealed record Rule(string Id, string Title, string Message, string Cause, string Fix)
{
    /// <summary>
    /// Whether it is a warning: what the spec says can be built, but hardly ever is what was meant. A spec allows one by its number.
    /// </summary>
    public bool IsWarning => Id.StartsWith("MG4", StringComparison.Ordinal);

    /// <summary>The help page, in the repository and in the package.</summary>
    public string HelpPage => $"docs/diagnostics/{Id}.md";
}
