using ModelGen.Benchmarks.Training;
using ModelGen.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Decoding;

/// <summary>The generated GPT and the one written by hand, with the same weights.</summary>
internal sealed class GptPair : IDisposable
{
    public GptPair()
    {
        Libtorch.Load();
        manual_seed((long)TrainStep.Seed).Dispose();
        Model = new CharGpt();
        ByHand = new IdiomaticGpt(CharGpt.Vocabulary, CharGpt.Context, width: 128, heads: 4, layers: 4);
        Weights.Copy(Model, ByHand);
        Model.eval();
        ByHand.eval();
    }

    public CharGpt Model { get; }

    public IdiomaticGpt ByHand { get; }

    public void Dispose()
    {
        Model.Dispose();
        ByHand.Dispose();
    }
}
