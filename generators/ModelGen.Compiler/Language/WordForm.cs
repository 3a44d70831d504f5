namespace ModelGen.Compiler.Language;

/// <summary>A word of a kind with its arguments, such as an optimizer; its values are <see cref="Configured{T}"/>.</summary>
internal abstract record WordForm : ValueForm
{
    public sealed override string Type =>
        $"one of {string.Join(", ", Words.Select(static definition => definition.Word))}, with its arguments";

    /// <summary>The words that may be written.</summary>
    public abstract IReadOnlyList<Definition> Words { get; }

    /// <summary>The value of a word with its arguments.</summary>
    public abstract IConfigured Value(Definition word, Arguments arguments);
}

/// <summary>A word of the kind <typeparamref name="T"/> with its arguments.</summary>
internal sealed record WordForm<T>(IReadOnlyList<T> Allowed) : WordForm
    where T : Definition
{
    public override IReadOnlyList<Definition> Words => Allowed;

    public override IConfigured Value(Definition word, Arguments arguments) => new Configured<T>((T)word, arguments);
}
