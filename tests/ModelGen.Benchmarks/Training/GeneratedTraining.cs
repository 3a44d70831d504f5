using ModelGen.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Benchmarks.Training;

/// <summary>Our side: a generated model in the trainer that users run.</summary>
internal sealed class GeneratedTraining : TrainingSide
{
    private readonly Objective _objective;
    private readonly TrainingPlan _plan;
    private readonly Trainer _trainer;

    /// <summary>Prepares the training of an objective's model, which is then its own.</summary>
    public GeneratedTraining(Objective objective, TrainingOptions options)
    {
        _objective = objective;
        _plan = objective.Plan(options);
        _trainer = new Trainer(objective, options, TrainStep.Seed);
        Model.train();
    }

    /// <inheritdoc/>
    public override nn.Module Model => _objective.Model;

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Losses() =>
        [
            .. _plan.Phases.Select(
                (_, phase) => _objective.Loss(new TrainingStep(_plan, phase, Repetition: 0, TrainStep.Seed, _trainer.Step)).Total
            ),
        ];

    /// <summary>One step, as a run makes it.</summary>
    public override void Step() => _trainer.MakeStep();

    /// <inheritdoc/>
    public override void Dispose()
    {
        _trainer.Dispose();
        Model.Dispose();
    }
}
