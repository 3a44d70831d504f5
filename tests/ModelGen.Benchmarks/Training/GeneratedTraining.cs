using ModelGen.Data;
using ModelGen.Training;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>Our side: the generated model in the trainer that users run.</summary>
internal sealed class GeneratedTraining : IDisposable
{
    private readonly Objective _objective;
    private readonly Trainer _trainer;

    /// <summary>Makes the model, with random weights.</summary>
    public GeneratedTraining(TokenDataset data)
    {
        Model = new CharGpt();
        Model.train();
        _objective = Model.CreateObjective(data);
        _trainer = new Trainer(_objective, CharGpt.Training, TrainStep.Seed);
    }

    /// <summary>The model.</summary>
    public CharGpt Model { get; }

    /// <summary>The loss of the step that comes next.</summary>
    public Tensor Loss() => _objective.Loss(new TrainingStep(Phase: 0, Repetition: 0, CharGpt.Training.BatchSize, TrainStep.Seed, _trainer.Step)).Total;

    /// <summary>One step, as a run makes it.</summary>
    public void Step() => _trainer.MakeStep();

    /// <inheritdoc/>
    public void Dispose()
    {
        _trainer.Dispose();
        Model.Dispose();
    }
}
