using ModelGen.Checkpoints;
using ModelGen.Policies;
using ModelGen.Training;
using ModelGen.Training.Guards;
using ModelGen.Training.Optimizers;
using ModelGen.Training.Schedules;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Runs;

/// <summary>
/// Finds a learning rate by experiment: trains for some steps with a rate that rises exponentially, until the loss explodes (Smith 2017,
/// "Cyclical learning rates for training neural networks", section 3.3). It suggests a tenth of the rate at which the smoothed loss was
/// lowest (Howard and Gugger 2020, "Deep learning for coders with fastai and PyTorch", chapter 5): the lowest lies at the edge of
/// stability.
/// </summary>
/// <remarks>
/// The smoothed loss is a running mean over about a twentieth of the steps, with weights (1 − 20 / steps)ᵏ for k steps ago, corrected for
/// its start as Adam does. The loss counts as exploded if it is NaN or infinite, or if its smoothed value exceeds the lowest one by three
/// times the larger of that one's magnitude and the loss's decrease so far: for a loss above 0 that hardly fell, at four times the lowest.
/// Afterwards the model's weights, buffers and modes are as before, its gradients are null, and torch's own generator is where the last
/// step left it.
/// </remarks>
/// <example>
/// <code>
/// var range = new LearningRateRangeTest(model.CreateObjective(data), DocsGpt.Training, seed: 1).Run("runs/rates");
/// Console.WriteLine(range.Suggestion);
/// </code>
/// </example>
public sealed class LearningRateRangeTest
{
    /// <summary>The name of the file with the points, one <see cref="MetricsFile"/> line per step.</summary>
    public const string PointsFile = "learning-rates.jsonl";

    /// <summary>The name of the plot of the loss over the learning rate, with the suggestion.</summary>
    public const string ImageFile = "learning-rates.png";

    private const double SmoothedPart = 0.05;
    private const double Explosion = 3;
    private const double LeastToSuggestion = 0.1;

    private readonly Objective _objective;
    private readonly TrainingOptions _options;
    private readonly ulong _seed;

    /// <summary>Prepares the test.</summary>
    /// <param name="objective">What to minimise; it brings the model and the data.</param>
    /// <param name="options">How the model is to be trained: the optimizer (except its learning rate), the batch and the clipping are
    /// used.</param>
    /// <param name="seed">The seed of the data order and of everything random inside the model.</param>
    /// <exception cref="ArgumentException">An option is out of range, or not for this objective.</exception>
    /// <exception cref="ModelGenException">The objective has several phases.</exception>
    public LearningRateRangeTest(Objective objective, TrainingOptions options, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(options);
        if (objective.Plan(options).Phases.Count > 1)
        {
            throw new ModelGenException(
                $"The learning rates of {objective.Model.GetName()} cannot be found by a range test: it is trained as a game, "
                    + "whose losses do not show how well it trains; compare short runs by their samples."
            );
        }

        if (objective is PolicyObjective)
        {
            throw new ModelGenException(
                $"The learning rates of {objective.Model.GetName()} cannot be found by a range test: the loss of a policy does not show "
                    + "how well it trains; compare short runs by their rewards."
            );
        }

        _objective = objective;
        _options = options;
        _seed = seed;
    }

    /// <summary>The rate of the first step, above 0.</summary>
    public double Lowest
    {
        get;
        init
        {
            CheckRate(value);
            field = value;
        }
    } = 1e-6;

    /// <summary>The rate of the last step, above <see cref="Lowest"/>.</summary>
    public double Highest
    {
        get;
        init
        {
            CheckRate(value);
            field = value;
        }
    } = 10;

    /// <summary>The number of steps from <see cref="Lowest"/> to <see cref="Highest"/>, at least 1.</summary>
    public int Steps
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 200;

    /// <summary>Runs the test, writes its results and restores the model.</summary>
    /// <param name="folder">Where <see cref="PointsFile"/> and <see cref="ImageFile"/> go; it is created if missing.</param>
    /// <param name="cancellationToken">Ends the test between two steps.</param>
    /// <returns>The points and the suggestion.</returns>
    /// <exception cref="ArgumentException"><see cref="Lowest"/> is not below <see cref="Highest"/>.</exception>
    /// <exception cref="ModelGenException">The first loss is already NaN or infinite, or a file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The test was cancelled; the model is restored.</exception>
    public LearningRateRange Run(string folder, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!(Lowest < Highest))
        {
            throw new ArgumentException($"The lowest learning rate must be below the highest, but they are {Lowest} and {Highest}.");
        }

        var points = Train(new MetricsFile(Path.Combine(folder, PointsFile)), cancellationToken);
        if (points.Count == 0)
        {
            throw new ModelGenException(
                "The loss or its gradients are already NaN or infinite at the first step, so there is no learning rate to find; check the "
                    + $"data or the initial weights of {_objective.Model.GetName()} first."
            );
        }

        var least = points.MinBy(static point => point.SmoothedLoss);
        var range = new LearningRateRange(
            points,
            least.SmoothedLoss < points[0].SmoothedLoss ? least.LearningRate * LeastToSuggestion : null
        );
        LearningRatePlot.Write(Path.Combine(folder, ImageFile), range);
        return range;
    }

    private IReadOnlyList<LearningRatePoint> Train(MetricsFile metrics, CancellationToken cancellationToken)
    {
        using var model = new ModelState(_objective.Model);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watcher = new Watcher(Steps, end);
        var options = _options.ForSteps(Steps, new ExponentialRise(Lowest, Highest, Steps)) with { Average = null };
        using var trainer = new Trainer(_objective, options, _seed) { ReportEvery = 1, Observers = { metrics, watcher } };
        try
        {
            trainer.Run(end.Token);
        }
        catch (DivergenceException)
        {
            // The end that the test expects.
        }

        cancellationToken.ThrowIfCancellationRequested();
        return watcher.Points;
    }

    private static void CheckRate(double rate)
    {
        if (!(rate > 0 && double.IsFinite(rate)))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "A learning rate must be above 0.");
        }
    }

    /// <summary>lowest · (highest / lowest)^(step / (steps − 1)).</summary>
    private sealed record ExponentialRise(double Lowest, double Highest, int Steps) : ScheduleOptions
    {
        public override double LearningRate(double peak, long step, RunLength run) =>
            Lowest * Math.Pow(Highest / Lowest, step / Math.Max(1.0, Steps - 1));
    }

    /// <summary>Collects the points, and ends the run when the loss explodes or all steps are made.</summary>
    private sealed class Watcher(int steps, CancellationTokenSource end) : TrainingObserver
    {
        private readonly double _kept = Math.Max(0, 1 - (1 / (SmoothedPart * steps)));
        private readonly List<LearningRatePoint> _points = [];
        private double _mean;
        private double _least = double.PositiveInfinity;

        public IReadOnlyList<LearningRatePoint> Points => _points;

        public override void OnStep(StepReport report)
        {
            _mean = (_kept * _mean) + ((1 - _kept) * report.TrainLoss);
            var smoothed = _mean / (1 - Math.Pow(_kept, _points.Count + 1));
            _points.Add(new LearningRatePoint(report.LearningRate, report.TrainLoss, smoothed));
            _least = Math.Min(_least, smoothed);
            var fallen = _points[0].SmoothedLoss - _least;
            if (_points.Count == steps || smoothed - _least > Explosion * Math.Max(Math.Abs(_least), fallen))
            {
                end.Cancel();
            }
        }
    }

    /// <summary>A copy of a model's tensors and modes, restored when disposed.</summary>
    private sealed class ModelState : IDisposable
    {
        private readonly (nn.Module Module, bool IsTraining)[] _modes;
        private readonly (Tensor Place, Tensor Copy)[] _tensors;

        public ModelState(nn.Module model)
        {
            // Setting a module's mode also sets its submodules', so parents come first.
            _modes =
            [
                .. model
                    .named_modules()
                    .Select(static entry => entry.module)
                    .Prepend(model)
                    .Select(static module => (module, module.training)),
            ];
            using var noGrad = no_grad();
            _tensors =
            [
                .. model
                    .named_parameters()
                    .Select(static entry => (Tensor)entry.parameter)
                    .Concat(model.named_buffers().Select(static entry => entry.buffer))
                    .Select(static place => (place, place.clone().DetachFromDisposeScope())),
            ];
        }

        public void Dispose()
        {
            using var noGrad = no_grad();
            foreach (var (place, copy) in _tensors)
            {
                place.copy_(copy);
                copy.Dispose();
            }

            foreach (var (module, isTraining) in _modes)
            {
                module.train(isTraining);
            }
        }
    }
}
