using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.EndToEnd.Tests.Decoding;

/// <summary>Each position and half of the one before it, which a compiler cannot know.</summary>
public sealed class Shifted() : nn.Module<Tensor, Tensor>(nameof(Shifted))
{
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var before = input.roll(1, 1);
        before[.., 0] = 0;
        return (input + (before * 0.5)).MoveToOuterDisposeScope();
    }
}
