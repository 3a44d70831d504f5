using ModelGen.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Tests.Evaluation;

/// <summary>Pixels as features: what is measured by them can be told by hand.</summary>
internal sealed class Pixels : FeatureExtractor
{
    public override string Name => "pixels";

    public override string Hash => "00ff";

    public override Device Device => CPU;

    public override void Dispose() { }

    protected override Tensor Extract(Tensor images) => images.flatten(1);
}
