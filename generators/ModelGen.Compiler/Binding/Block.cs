using ModelGen.Compiler.Syntax;

namespace ModelGen.Compiler.Binding;

/// <summary>A reusable list of layers under <c>blocks</c>, with the parameters that its uses give.</summary>
internal sealed class Block(ScalarNode name, IReadOnlyList<BlockParameter> parameters, Node layers)
{
    public ScalarNode Name { get; } = name;

    public IReadOnlyList<BlockParameter> Parameters { get; } = parameters;

    public Node Layers { get; } = layers;

    public bool IsUsed { get; set; }

    /// <summary>Whether it has a parameter of a name.</summary>
    public bool Has(string name) => Parameters.Any(parameter => parameter.Name.Text == name);

    /// <summary>The parameters that some use has read.</summary>
    public HashSet<string> ReadParameters { get; } = new(StringComparer.Ordinal);
}

/// <summary>A parameter of a block; without a default, each use must give it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="HasDefault">Whether uses may leave it out.</param>
/// <param name="Default">Its default; null where there is none or its text was wrong.</param>
internal sealed record BlockParameter(ScalarNode Name, bool HasDefault, double? Default);
