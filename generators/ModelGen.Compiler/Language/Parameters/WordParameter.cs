namespace ModelGen.Compiler.Language.Parameters;

/// <summary>A word of a kind with its arguments, such as an optimizer; a family may allow only some words of the kind.</summary>
internal sealed class WordParameter<T>(string name, string summary, params string[] allowed) : Parameter<Configured<T>>(name, summary)
    where T : Definition
{
    /// <summary>Which words of the kind it takes, judged by their own properties; all by default.</summary>
    public Func<T, bool> Allows { get; init; } = static _ => true;

    /// <summary>The word, without arguments, that leaving it out stands for; null for none.</summary>
    public string? Usual { get; init; }

    public override object? DefaultValue
    {
        get
        {
            if (Usual is null)
            {
                return base.DefaultValue;
            }

            var word = Catalogue.Of<T>().First(word => word.Word == Usual);
            return new Configured<T>(word, Arguments.Of(word, new Dictionary<Parameter, object?>()));
        }
    }

    public override string DefaultText => Usual ?? base.DefaultText;

    // Computed on demand: the catalogue is made of the words that hold the parameters.
    public override ValueForm Form =>
        new WordForm<T>([.. Catalogue.Of<T>().Where(word => (allowed.Length == 0 || allowed.Contains(word.Word)) && Allows(word))]);

    protected override string Format(Configured<T> value) => value.Definition.Word;
}
