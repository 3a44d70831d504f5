using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>
/// A linear layer with a low-rank change as one writes it by hand, after Hugging Face's peft: the layer is frozen, and the change is two
/// linear layers without bias, the second of which begins at zero.
/// </summary>
internal sealed class IdiomaticLora : nn.Module<Tensor, Tensor>
{
    private readonly Linear _layer;
    private readonly Linear _down;
    private readonly Linear _up;
    private readonly double _scale;

    public IdiomaticLora(int from, int to, int rank, double alpha)
        : base(nameof(IdiomaticLora))
    {
        _layer = nn.Linear(from, to);
        _down = nn.Linear(from, rank, hasBias: false);
        _up = nn.Linear(rank, to, hasBias: false);
        _scale = alpha / rank;
        nn.init.zeros_(_up.weight!);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => _layer.call(x) + (_up.call(_down.call(x)) * _scale);

    /// <summary>Freezes all weights of a model but those of changes.</summary>
    public static void FreezeBase(nn.Module model)
    {
        foreach (var parameter in model.parameters())
        {
            parameter.requires_grad = false;
        }

        foreach (var change in model.modules().OfType<IdiomaticLora>())
        {
            change._down.weight!.requires_grad = true;
            change._up.weight!.requires_grad = true;
        }
    }
}
