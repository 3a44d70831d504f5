namespace ModelGen.Compiler.Language;

/// <summary>One argument of a word: its name, the form of its values and its default.</summary>
internal abstract class Parameter(string name, string summary)
{
    private readonly string? _runtimeName;

    public string Name { get; } = name;

    public string Summary { get; } = summary;

    /// <summary>May be written right after the word.</summary>
    public bool IsMain { get; init; }

    /// <summary>Has no default and may not be left out.</summary>
    public bool IsRequired { get; init; }

    /// <summary>What recipes do with it.</summary>
    public RecipeUse Recipe { get; init; }

    /// <summary>The key as recipes have it, whose value may be one that a model's own may not; null where it is the same.</summary>
    public Parameter? InRecipes { get; init; }

    /// <summary>Is written beside the word, as <c>layers</c> beside <c>repeat</c>.</summary>
    public bool IsBeside { get; init; }

    /// <summary>Its name in the runtime's options record, as words; by default its own name.</summary>
    public string RuntimeName
    {
        get => _runtimeName ?? Name;
        init => _runtimeName = value;
    }

    /// <summary>The form of its values.</summary>
    public abstract ValueForm Form { get; }

    /// <summary>The value if left out; null for none.</summary>
    public abstract object? DefaultValue { get; }

    /// <summary>The default as it would be written, or what its absence means.</summary>
    public abstract string DefaultText { get; }

    /// <summary>The type and range in words, for messages and the reference: "a whole number, at least 1".</summary>
    public string Type => Form.Type;

    /// <summary>The words that may be written here; empty if it takes none.</summary>
    public IReadOnlyList<Definition> AllowedWords => Form is WordForm form ? form.Words : [];
}

/// <summary>A parameter whose values are <typeparamref name="T"/>.</summary>
internal abstract class Parameter<T>(string name, string summary) : Parameter(name, summary)
{
    private readonly (bool Has, T Value) _default;

    /// <summary>The value if left out. Without a default, an optional parameter that is left out has no value.</summary>
    public T Default
    {
        get => _default.Value;
        init => _default = (true, value);
    }

    /// <summary>What leaving out an optional parameter without a default means.</summary>
    public string Absent { get; init; } = "none";

    public override object? DefaultValue => _default.Has ? _default.Value : null;

    public override string DefaultText => _default.Has ? Format(_default.Value) : Absent;

    /// <summary>The value as it would be written in a spec.</summary>
    protected abstract string Format(T value);
}
