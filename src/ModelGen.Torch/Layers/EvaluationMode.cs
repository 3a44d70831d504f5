using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>A stretch in which a model neither trains nor records gradients: dropout is off, and running figures stand still.</summary>
internal readonly struct EvaluationMode : IDisposable
{
    private readonly nn.Module _model;
    private readonly bool _wasTraining;
    private readonly IDisposable _noGrad;

    private EvaluationMode(nn.Module model)
    {
        _model = model;
        _wasTraining = model.training;
        _noGrad = no_grad();
        model.eval();
    }

    /// <summary>Begins it; disposing puts the model back as it was.</summary>
    public static EvaluationMode Of(nn.Module model) => new(model);

    public void Dispose()
    {
        _model.train(_wasTraining);
        _noGrad.Dispose();
    }
}
