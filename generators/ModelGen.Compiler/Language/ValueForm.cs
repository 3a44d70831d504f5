namespace ModelGen.Compiler.Language;

/// <summary>
/// What values a parameter takes, as data: binding reads values by their form, the reference describes it, and C# is written by it.
/// </summary>
internal abstract record ValueForm
{
    /// <summary>The type and range in words, for messages and the reference: "a whole number, at least 1".</summary>
    public abstract string Type { get; }
}
