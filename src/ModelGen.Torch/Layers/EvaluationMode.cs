using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>A scope with a model in evaluation mode and without gradients: dropout is off, and running statistics stay fixed.</summary>
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

    /// <summary>Begins the scope; disposing it restores the model's mode.</summary>
    public static EvaluationMode Of(nn.Module model) => new(model);

    public void Dispose()
    {
        _model.train(_wasTraining);
        _noGrad.Dispose();
    }
}
