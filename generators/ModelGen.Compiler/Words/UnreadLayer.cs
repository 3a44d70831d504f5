using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Words;

/// <summary>A layer that could not be read: neither it nor those after it are built.</summary>
internal sealed class UnreadLayer : Layer
{
    public static readonly UnreadLayer Instance = new();

    private UnreadLayer()
        : base(UnreadWord.Instance.Word, UnreadWord.Instance.Summary) { }

    public override string ShapeRule => "none";

    public override string ExampleInput => "tensor: [1]";

    public override string Example => UnreadWord.Instance.Example;

    public override Value? Build(LayerContext context) => null;
}
