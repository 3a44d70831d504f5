namespace ModelGen.Compiler.Language.Parameters;

/// <summary>A length of training.</summary>
internal sealed class DurationParameter(string name, string summary) : Parameter<Duration>(name, summary)
{
    /// <summary>Whether 0 is allowed.</summary>
    public bool AllowsZero { get; init; }

    public override ValueForm Form => AmountForm.Training(AllowsZero);

    protected override string Format(Duration value) => value.ToString();
}
