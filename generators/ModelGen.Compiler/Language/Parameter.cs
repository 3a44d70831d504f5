using ModelGen.Compiler.Binding;
using ModelGen.Compiler.Schema;
using ModelGen.Compiler.Syntax;

namespace ModelGen.Compiler.Language;

/// <summary>One argument of a word: its name, type, range and default.</summary>
internal abstract class Parameter(string name, string summary)
{
    private readonly string? _property;

    public string Name { get; } = name;

    public string Summary { get; } = summary;

    /// <summary>May be written right after the word.</summary>
    public bool IsMain { get; init; }

    /// <summary>Has no default and may not be left out.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Is written beside the word, as <c>layers</c> beside <c>repeat</c>.</summary>
    public bool IsBeside { get; init; }

    /// <summary>Whether its value is a word or an amount with a unit, which a C# string holds as it is; other strings are read as YAML.</summary>
    public virtual bool IsWord => false;

    /// <summary>The property of the options record that it sets; its own name in C# unless told otherwise.</summary>
    public string Property
    {
        get => _property ?? CSharp.Names.Pascal(Name);
        init => _property = value;
    }

    /// <summary>The value when left out; null where nothing is meant.</summary>
    public abstract object? DefaultValue { get; }

    /// <summary>The default as it would be written, or what its absence means.</summary>
    public abstract string DefaultText { get; }

    /// <summary>The type and range in words, for messages and the reference: "a whole number, at least 1".</summary>
    public abstract string Type { get; }

    /// <summary>The JSON schema of the value.</summary>
    public abstract JsonObject Schema { get; }

    /// <summary>The words that may be written here; none where it takes no words.</summary>
    public virtual IReadOnlyList<Definition> AllowedWords => [];

    /// <summary>Reads the value; null after reporting what is wrong with it. <paramref name="path"/> names it in messages.</summary>
    public abstract object? Bind(Binder binder, string path, Node node);

    /// <summary>The value as C# for an options record.</summary>
    public virtual string ToCSharp(object value) => throw new InvalidOperationException($"'{Name}' has no C# form");
}

/// <summary>A parameter whose values are <typeparamref name="T"/>.</summary>
internal abstract class Parameter<T>(string name, string summary) : Parameter(name, summary)
{
    private readonly (bool Has, T Value) _default;

    /// <summary>The value when left out. Without one, an optional parameter left out has no value.</summary>
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
