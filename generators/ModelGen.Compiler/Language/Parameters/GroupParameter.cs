namespace ModelGen.Compiler.Language.Parameters;

/// <summary>A group of keys.</summary>
/// <param name="name">The key.</param>
/// <param name="summary">What it is about.</param>
/// <param name="record">The runtime options record that it becomes; empty for none.</param>
/// <param name="parameters">The keys in it.</param>
internal sealed class GroupParameter(string name, string summary, string record, params Parameter[] parameters)
    : Parameter<Arguments>(name, summary)
{
    public string Record { get; } = record;

    public IReadOnlyList<Parameter> Parameters { get; } = parameters;

    /// <summary>Whether leaving it out gives every key its default, rather than leaving out the feature.</summary>
    public bool HasDefaults { get; init; }

    /// <summary>What is wrong with values of the keys that are each allowed.</summary>
    public Func<Arguments, IEnumerable<Problem>> Problems { get; init; } = static _ => [];

    public override ValueForm Form => new GroupForm(Record, Parameters, Problems);

    public override object? DefaultValue => HasDefaults ? Arguments.Of(Parameters, new Dictionary<Parameter, object?>()) : null;

    public override string DefaultText => HasDefaults ? "the defaults of its keys" : Absent;

    protected override string Format(Arguments value) => DefaultText;
}
