using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Spec;

/// <summary>A placeholder for a layer that could not be read, so that the shapes before it are still checked.</summary>
internal sealed class UnreadWord : LayerWord
{
    public static readonly UnreadWord Instance = new();

    private UnreadWord()
        : base("unknown", "a layer that could not be read") { }

    /// <summary>The layer, at an unknown place.</summary>
    public static LayerSpec Layer { get; } =
        new(-1, Instance, Arguments.Of(Instance.Parameters, new Dictionary<Parameter, object?>()), null, default);

    public override string Example => "unknown";
}
