using ModelGen.Compiler.Collections;

namespace ModelGen.Compiler.Language;

/// <summary>
/// One word of the language: what it means and what arguments it takes. The grammar, the JSON schema and the reference
/// page all derive from it. Each word is one file that derives from one of the kinds (layer, optimizer, …).
/// </summary>
internal abstract class Definition(string word, string summary, params Parameter[] parameters)
{
    /// <summary>The word in a spec: lower case with hyphens.</summary>
    public string Word { get; } = word;

    /// <summary>What it does, in a sentence; with the formula or its source where there is one.</summary>
    public string Summary { get; } = summary;

    /// <summary>The arguments in the order of the reference page.</summary>
    public IReadOnlyList<Parameter> Parameters { get; } = parameters;

    /// <summary>The kind of word in messages, such as "layer".</summary>
    public abstract string Kind { get; }

    /// <summary>A use of the word with its arguments written out: shown in the reference and tried by the tests.</summary>
    public abstract string Example { get; }

    /// <summary>Further uses, for arguments that exclude each other: all examples together write every argument out.</summary>
    public virtual IReadOnlyList<string> MoreExamples => [];

    /// <summary>The argument that may be written right after the word, as in <c>linear: 256</c>.</summary>
    public Parameter? Main => Parameters.FirstOrDefault(static parameter => parameter.IsMain);

    /// <summary>
    /// What is wrong with arguments that are each allowed: those that contradict each other, and those that the others make ineffective.
    /// </summary>
    public virtual IEnumerable<Problem> Problems(Arguments arguments) => [];
}

/// <summary>A word with its arguments, whatever its kind.</summary>
internal interface IConfigured
{
    Definition Definition { get; }

    Arguments Arguments { get; }
}

/// <summary>A word with its arguments.</summary>
internal sealed record Configured<T>(T Definition, Arguments Arguments) : IConfigured
    where T : Definition
{
    Definition IConfigured.Definition => Definition;
}

/// <summary>The values of a definition's parameters; null if an optional one without a default is absent.</summary>
internal sealed record Arguments(EquatableArray<object?> Values)
{
    private IReadOnlyList<Parameter> Parameters { get; init; } = [];

    /// <summary>The names of parameters that were written, perhaps misspelt, but could not be read, which has been reported.</summary>
    public EquatableArray<string> Unread { get; init; }

    public static Arguments Of(Definition definition, IReadOnlyDictionary<Parameter, object?> values) => Of(definition.Parameters, values);

    public static Arguments Of(IReadOnlyList<Parameter> parameters, IReadOnlyDictionary<Parameter, object?> values) =>
        new(new EquatableArray<object?>(parameters.Select(p => values.TryGetValue(p, out var value) ? value : p.DefaultValue)))
        {
            Parameters = parameters,
        };

    /// <summary>The values of some of the parameters.</summary>
    public static Arguments Select(IReadOnlyList<Parameter> parameters, Arguments all) =>
        Of(parameters, parameters.ToDictionary(static parameter => parameter, all.Value));

    /// <summary>A copy with another value of a parameter; null for none.</summary>
    public Arguments With(Parameter parameter, object? value) =>
        this with
        {
            Values = new EquatableArray<object?>(Parameters.Select((own, i) => ReferenceEquals(own, parameter) ? value : Values[i])),
        };

    /// <summary>The value of a parameter that is required or has a default.</summary>
    public T Get<T>(Parameter<T> parameter) => (T)Value(parameter)!;

    /// <summary>The value of a parameter, if there is one.</summary>
    public bool TryGet<T>(Parameter<T> parameter, out T value)
    {
        var found = Value(parameter);
        value = found is null ? default! : (T)found;
        return found is not null;
    }

    public bool Equals(Arguments? other) => other is not null && Values.Equals(other.Values) && Unread.Equals(other.Unread);

    public override int GetHashCode() => Values.GetHashCode();

    /// <summary>The value of a parameter of any type; null if it has none.</summary>
    public object? Value(Parameter parameter)
    {
        for (var i = 0; i < Parameters.Count; i++)
        {
            if (ReferenceEquals(Parameters[i], parameter))
            {
                return Values[i];
            }
        }

        throw new InvalidOperationException($"'{parameter.Name}' is not a parameter here");
    }
}
