namespace ModelGen.Compiler.Language;

/// <summary>The values that a parameter takes, as data: binding, the reference and the generated C# all follow it.</summary>
internal abstract record ValueForm
{
    /// <summary>The type and range in words, for messages and the reference: "a whole number, at least 1".</summary>
    public abstract string Type { get; }
}
