namespace ModelGen.Compiler.Language.Parameters;

/// <summary>One of a few words.</summary>
internal sealed class ChoiceParameter(string name, string summary, params string[] choices) : Parameter<string>(name, summary)
{
    public IReadOnlyList<string> Choices { get; } = choices;

    /// <summary>The runtime enum that the words are members of, if an options record takes one.</summary>
    public string? RuntimeEnum { get; init; }

    public override ValueForm Form => new ChoiceForm(Choices, RuntimeEnum);

    protected override string Format(string value) => value;
}
