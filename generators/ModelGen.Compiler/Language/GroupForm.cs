namespace ModelGen.Compiler.Language;

/// <summary>A group of keys; its values are <see cref="Arguments"/>.</summary>
/// <param name="Record">The runtime options record that it becomes, each key setting the property of the same name; empty for none.</param>
/// <param name="Parameters">The keys.</param>
/// <param name="Problems">What is wrong with values that are each allowed.</param>
internal sealed record GroupForm(string Record, IReadOnlyList<Parameter> Parameters, Func<Arguments, IEnumerable<Problem>> Problems)
    : ValueForm
{
    public override string Type => Main is { } main ? $"{main.Type}, or a group of keys" : "a group of keys";

    /// <summary>The key whose value may be written in place of the group; the others then have their defaults.</summary>
    public Parameter? Main => Parameters.FirstOrDefault(static parameter => parameter.IsMain);
}
