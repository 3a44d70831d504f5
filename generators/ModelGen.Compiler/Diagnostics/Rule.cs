namespace ModelGen.Compiler.Diagnostics;

/// <summary>One kind of mistake: its number, and what a person needs to mend it.</summary>
/// <param name="Id">MG1xxx: how it is written. MG2xxx: what it means. MG3xxx: how it is written as attributes. MG8xxx: the build beside the
/// compiler. MG9xxx: ModelGen's own faults.</param>
/// <param name="Title">The mistake in a few words.</param>
/// <param name="Message">The sentence shown, with {0}, {1}, … for the particulars.</param>
/// <param name="Cause">What the rule asks and why.</param>
/// <param name="Fix">What to do.</param>
internal sealed record Rule(string Id, string Title, string Message, string Cause, string Fix)
{
    /// <summary>The help page, in the repository and in the package.</summary>
    public string HelpPage => $"docs/diagnostics/{Id}.md";
}
