using System.Globalization;
using ModelGen.Checkpoints;
using ModelGen.Data;
using ModelGen.Evaluation;
using ModelGen.Layers;
using ModelGen.Native;
using ModelGen.Objectives;
using ModelGen.Training;
using ModelGen.Tuning;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Runs;

/// <summary>
/// A program's run in its folder, from the initial weights to the last metric: it takes care of the seed, the device, the standard files,
/// the observers and their order, what is resumed or moved aside, the evaluation of the trained model, and the lock that keeps other
/// processes from training into the folder.
/// </summary>
/// <example>
/// <code>
/// return ConsoleProgram.Run(stop =>
/// {
///     var settings = new RunSettings { Folder = "runs/notes", Spec = "notes.model.yaml", Curves = new("nats per byte", "loss") };
///     using var session = new RunSession(settings, stop);
///     using var model = session.Create(static device => new Notes(device));
///     var tokenizer = model.CreateTokenizer(text);
///     using var data = TokenDataset.Create(text, tokenizer, Notes.Context, Notes.Training.Validation.Fraction, session.Device);
///     return session.Train(model.CreateObjective(data), Notes.Training)
///         &amp;&amp; session.Evaluate(new PerplexityMetric(data), new TextQualityMetric(model, data, Notes.Sampling, settings.Seed));
/// });
/// </code>
/// </example>
public sealed class RunSession : IDisposable
{
    private const string Curves = "curves.png";
    private const string LearningRate = "learning-rate.png";
    private const string HowToResume = "(--resume, or RunSettings.IsResumed in a program of your own)";
    private const int ProblemsShown = 10;
    private const int RangeTestSteps = 200;

    private readonly RunSettings _settings;
    private readonly Dictionary<string, object> _further = [];
    private readonly CancellationToken _stop;
    private string[] _results;
    private RunLock? _lock;
    private bool _isOutcomeTold;
    private Trained? _trained;
    private Action<Objective>? _writeAdapter;

    /// <summary>Chooses the device; nothing is written yet.</summary>
    /// <param name="settings">The settings of the run.</param>
    /// <param name="stop">Stops it cleanly, see <see cref="ConsoleProgram"/>.</param>
    /// <exception cref="ModelGenException">The spec does not exist, the folder is a file, there is no such device, or libtorch cannot be
    /// loaded.</exception>
    public RunSession(RunSettings settings, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        foreach (var file in settings.KeptFiles.Where(static file => !File.Exists(file)))
        {
            var (what, owner) = file == settings.Recipe ? ("recipe", "recipe") : ("spec", "model");
            throw new ModelGenException(
                $"The {what} '{Path.GetFullPath(file)}' of the run does not exist; give the path of the {owner}'s file, which the "
                    + "build can copy next to the program."
            );
        }

        if (settings.KeptFiles.GroupBy(Path.GetFileName).FirstOrDefault(static same => same.Count() > 1) is { } twice)
        {
            throw new ModelGenException(
                $"The run's folder gets a copy of each of {string.Join(" and ", twice.Select(static file => $"'{file}'"))}, which have the "
                    + "same name; rename one."
            );
        }

        _settings = settings;
        _stop = stop;
        _results = [RunFiles.Evaluation, RunFiles.Evaluations, .. settings.Results];
        Folder = new RunFolder(
            settings.Folder,
            [
                RunFiles.Checkpoints,
                RunFiles.Manifest,
                RunFiles.Metrics,
                Curves,
                LearningRate,
                RunFiles.Samples,
                RunFiles.Events,
                RunFiles.Adapter,
                .. _results,
                .. settings.KeptFiles.Select(static file => Path.GetFileName(file)),
            ]
        );
        Folder.CheckIsNoFile();
        Device = Devices.Choose(settings.Device);
    }

    /// <summary>The folder.</summary>
    public RunFolder Folder { get; private set; }

    /// <summary>The run's device, for the data and everything else that the program creates.</summary>
    public Device Device { get; }

    /// <summary>Where samples of the run's steps go, see <see cref="SampleFiles"/>.</summary>
    public string SampleFolder => Folder[RunFiles.Samples];

    /// <summary>
    /// Creates a model whose weights are drawn from the run's seed, or read from the file that its spec names under <c>weights</c>; a
    /// resumed run takes them from its checkpoint instead.
    /// </summary>
    /// <param name="create">Creates it on a device.</param>
    /// <typeparam name="TModel">The class of the model.</typeparam>
    /// <returns>The model, which the caller disposes.</returns>
    /// <exception cref="ModelGenException">The file of weights cannot be read, or holds those of another model.</exception>
    public TModel Create<TModel>(Func<Device, TModel> create)
        where TModel : nn.Module
    {
        var model = Drawn(create);
        return _settings.IsResumed ? model : WithWeights(model, _stop);
    }

    /// <summary>
    /// Creates a model that is trained further: with the weights that the training starts from, of which only some are trained, or adapters
    /// in their place. A resumed run takes the weights from its checkpoint instead.
    /// </summary>
    /// <param name="create">Creates it on a device.</param>
    /// <param name="tuning">How it is trained further.</param>
    /// <typeparam name="TModel">The class of the model.</typeparam>
    /// <returns>The model, which the caller disposes.</returns>
    /// <exception cref="ModelGenException">The weights cannot be read, or are those of another model, or a pattern covers
    /// nothing.</exception>
    public TModel Create<TModel>(Func<Device, TModel> create, FineTuning tuning)
        where TModel : nn.Module, IGeneratedModel
    {
        ArgumentNullException.ThrowIfNull(tuning);
        var model = Drawn(create);
        try
        {
            if (_settings.IsResumed)
            {
                using var checkpoint = Checkpoint.OpenNewest(Folder[RunFiles.Checkpoints]);
                StartAs(checkpoint);
                if (checkpoint.HasTokenizer && model is ITextModel reader)
                {
                    reader.Tokenizer = checkpoint.CreateTokenizer();
                }
            }
            else
            {
                Start(model, tuning);
            }

            tuning.ApplyTo(model);
            _further["fine-tuning"] = tuning;
            if (tuning.Adapter is { } adapter)
            {
                _writeAdapter = objective => AdapterFile.Write(Folder[RunFiles.Adapter], model, adapter, objective.Metadata);
            }

            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private TModel Drawn<TModel>(Func<Device, TModel> create)
        where TModel : nn.Module
    {
        ArgumentNullException.ThrowIfNull(create);
        _stop.ThrowIfCancellationRequested();
        manual_seed(unchecked((long)_settings.Seed)).Dispose();
        return create(Device);
    }

    private void Start<TModel>(TModel model, FineTuning tuning)
        where TModel : nn.Module, IGeneratedModel
    {
        if (tuning.Start is null)
        {
            WithWeights(model, _stop);
            return;
        }

        var start = tuning.Start.Load(model, new ProgressLine("loading weights"), _stop);
        _further[RunManifest.Start] = start.Hash;
        if (start.Step is { } step)
        {
            _further[$"{RunManifest.Start}.step"] = step;
        }

        Console.WriteLine($"starting from the weights {(start.Step is { } at ? $"of step {at} " : "")}in {start.Path}");
        foreach (var note in start.Notes)
        {
            Console.WriteLine($"note: {note}");
        }
    }

    /// <summary>Records which weights of other runs are used, such as a teacher's.</summary>
    /// <param name="runs">The folders of the runs.</param>
    /// <exception cref="ModelGenException">One has no checkpoint.</exception>
    internal void Use(IReadOnlyList<string> runs)
    {
        if (runs.Count > 0)
        {
            _further[RunManifest.Used] = runs.Select(static run =>
                {
                    using var checkpoint = TrainedModel.OpenNewest(run, "A trained model is to be loaded");
                    return checkpoint.Hash;
                })
                .ToArray();
        }
    }

    // What the run started from need not be there any more.
    private void StartAs(Checkpoint checkpoint)
    {
        foreach (
            var (name, value) in checkpoint.Settings.Where(static each => each.Key is RunManifest.Start or $"{RunManifest.Start}.step")
        )
        {
            _further[name] = value;
        }
    }

    /// <summary>A new model with the weights of the file that its spec names, if it names one.</summary>
    /// <exception cref="ModelGenException">The file cannot be read, or holds those of another model; the model is disposed.</exception>
    internal static TModel WithWeights<TModel>(TModel model, CancellationToken stop)
        where TModel : nn.Module
    {
        if (model is not IPublishedModel { Weights: { File: not null } weights })
        {
            return model;
        }

        try
        {
            var drawn = weights.Load(progress: new ProgressLine("loading weights"), cancellation: stop);
            if (drawn.Count > 0)
            {
                Console.WriteLine(
                    $"note: the file '{weights.File}' does not have these weights, which are new: {string.Join(", ", drawn)}"
                );
            }

            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Trains to the end, or until stopped, and shows the progress and how to resume on the console.</summary>
    /// <param name="objective">What to minimise.</param>
    /// <param name="options">How to train.</param>
    /// <param name="samples">Writes samples of the run's steps into <see cref="SampleFolder"/>; null for none.</param>
    /// <returns>Whether the run is finished; otherwise it was stopped and saved.</returns>
    /// <exception cref="ModelGenException">The folder cannot be used, is in use, has nothing to resume or belongs to a different run, or
    /// the training diverges.</exception>
    public bool Train(Objective objective, TrainingOptions options, SampleFiles? samples = null)
    {
        ArgumentNullException.ThrowIfNull(objective);
        var curves = _settings.Curves ?? objective.Curves;
        using var trainer = new Trainer(objective, options, _settings.Seed)
        {
            CheckpointFolder = Folder[RunFiles.Checkpoints],
            Settings = _further,

            // The metrics go first: the manifest, the curves and TensorBoard read what they have written.
            Observers =
            {
                new ConsoleProgress(),
                new MetricsFile(Folder[RunFiles.Metrics]),
                new ManifestFile(Folder[RunFiles.Manifest], _settings.Spec, Folder[RunFiles.Metrics])
                {
                    Recipe = _settings.Recipe,
                    UsedSpecs = _settings.UsedSpecs,
                },
                new CurvesFile(Folder[RunFiles.Metrics], Folder[Curves], curves.Title, curves.Metrics),
                new CurvesFile(Folder[RunFiles.Metrics], Folder[LearningRate], "learning rate", "learning_rate"),
            },
        };
        if (samples is not null)
        {
            trainer.Observers.Add(samples);
        }

        trainer.Observers.Add(new TensorBoardFile(Folder[RunFiles.Events], Folder[RunFiles.Samples]));
        var last = new LastValidation();
        trainer.Observers.Add(last);
        _stop.ThrowIfCancellationRequested();
        Begin(trainer, objective.DataProblems, objective.DataNotes);
        _isOutcomeTold = true;
        if (trainer.Run(_stop).Outcome == TrainingOutcome.Finished)
        {
            _isOutcomeTold = false;
            _trained = Trained.By(objective, last.Metrics);
            _writeAdapter?.Invoke(objective);
            return true;
        }

        Tell($"stopped at step {trainer.Step} of {trainer.TotalSteps}; resume the run to continue from there {HowToResume}");
        return false;
    }

    /// <summary>Trains, and at the end writes and measures what shows what the model has learned.</summary>
    /// <param name="objective">What to minimise.</param>
    /// <param name="options">How to train.</param>
    /// <param name="results">What shows it.</param>
    /// <returns>Whether the run is finished; otherwise it was stopped and saved.</returns>
    internal bool Run(Objective objective, TrainingOptions options, RunResults results)
    {
        Folder = Folder.With(results.Files);
        _results = [.. _results, .. results.Files];
        if (!Train(objective, options, results.WhileTraining(SampleFolder)))
        {
            return false;
        }

        results.Write(Folder, _stop);
        if (!Evaluate(results.Metrics(Folder)))
        {
            return false;
        }

        Tell($"the run is in {Folder.Path}");
        return true;
    }

    /// <summary>Measures a model that was trained before, as at the end of its training.</summary>
    /// <param name="objective">What it was to minimise.</param>
    /// <param name="batchSize">Samples to compute at once.</param>
    /// <param name="results">What else is measured.</param>
    /// <param name="notes">What to know about the figures, each a sentence.</param>
    /// <returns>False if it was stopped before its end; nothing is written then.</returns>
    internal bool Measure(Objective objective, int batchSize, RunResults results, IReadOnlyList<string> notes)
    {
        _isOutcomeTold = true;
        _lock ??= Folder.Lock(RunFiles.Lock);
        var progress = new ConsoleEvaluation(_stop);
        try
        {
            progress.Begin("the validation data");
            _trained = Trained.By(objective, objective.Validate(batchSize, new ShareOfValidation(progress), _stop));
        }
        finally
        {
            progress.End();
        }

        return Evaluate(results.Metrics(Folder), notes, "stopped while measuring; nothing was written");
    }

    /// <summary>
    /// Evaluates the trained model, shows the progress and the results on the console, and writes the results to <c>evaluation.json</c>:
    /// the metrics over the whole validation data at the end of the training, as <c>validation_loss</c> and so on, and the figures of the
    /// given metrics. It does nothing if <see cref="RunSettings.IsEvaluated"/> is false.
    /// </summary>
    /// <param name="metrics">The metrics to compute, in this order.</param>
    /// <returns>False if it was stopped before its end; nothing is written then, and resuming the run evaluates it.</returns>
    /// <exception cref="InvalidOperationException">The run has not been trained to its end.</exception>
    /// <exception cref="ModelGenException">A metric cannot be computed, or the folder cannot be written.</exception>
    public bool Evaluate(params IReadOnlyList<Metric> metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        return Evaluate(
            metrics,
            notes: [],
            $"stopped while measuring; the model is trained and saved; resume the run to measure it {HowToResume}"
        );
    }

    private bool Evaluate(IReadOnlyList<Metric> metrics, IReadOnlyList<string> notes, string ifStopped)
    {
        if (_trained is not { } trained)
        {
            throw new InvalidOperationException(
                $"A run can be evaluated only once it is trained to its end; call {nameof(Train)} first, and go on if it returns true."
            );
        }

        _isOutcomeTold = true;
        if (!_settings.IsEvaluated)
        {
            return true;
        }

        if (!trained.IsNextToken && metrics.Any(static metric => metric is PerplexityMetric))
        {
            throw new ModelGenException(
                $"{trained.Model} was not trained to predict the next token, so that its loss is no perplexity of the text; leave the "
                    + $"{nameof(PerplexityMetric)} out: the metrics of the training are measured anyway."
            );
        }

        var report = new EvaluationReport(trained.Model) { IsOfAnswers = trained.IsOfAnswers };
        report.AddSeed("run", _settings.Seed);
        foreach (var metric in trained.Validation)
        {
            report.Add($"validation_{metric.Name}", metric.Value);
        }

        foreach (var note in notes)
        {
            report.AddNote(note);
        }

        var progress = new ConsoleEvaluation(_stop);
        try
        {
            foreach (var metric in metrics)
            {
                progress.Begin(metric.Name);
                metric.AddTo(report, progress);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            progress.End();
            Console.WriteLine(ifStopped);
            return false;
        }

        progress.End();
        report.Write(Folder[RunFiles.Evaluation]);
        Tell(report);
        return true;
    }

    /// <summary>Tries rising learning rates instead of training, and prints the one that it suggests.</summary>
    /// <param name="objective">What to minimise; the model is restored afterwards.</param>
    /// <param name="options">How it is to be trained.</param>
    /// <param name="steps">How many steps to try; null for 200.</param>
    /// <exception cref="ModelGenException">The objective has no single learning rate, or the folder cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void FindLearningRate(Objective objective, TrainingOptions options, int? steps = null)
    {
        var test = new LearningRateRangeTest(objective, options, _settings.Seed) { Steps = steps ?? RangeTestSteps };
        Tell($"trying learning rates from {test.Lowest} to {test.Highest} in {test.Steps} steps");
        if (test.Run(Folder.Path, _stop).Suggestion is { } rate)
        {
            Tell($"suggested learning rate: {rate:G2}, a tenth of the one with the lowest loss");
        }
        else
        {
            Tell($"no learning rate made the loss fall");
        }

        _isOutcomeTold = true;
        Tell($"the curve is in {Folder[LearningRateRangeTest.ImageFile]}, its points are in {Folder[LearningRateRangeTest.PointsFile]}");
    }

    /// <summary>Releases the lock on the folder, and says what is saved if the run is stopped where nothing else has said it.</summary>
    public void Dispose()
    {
        if (_stop.IsCancellationRequested && !_isOutcomeTold)
        {
            _isOutcomeTold = true;
            Console.WriteLine(
                _trained is null
                    ? "stopped before training began; nothing was written, so the same command starts again"
                    : $"stopped after training; the model is saved; resume the run for the rest {HowToResume}"
            );
        }

        _lock?.Dispose();
    }

    private void Begin(Trainer trainer, IReadOnlyList<FileProblem> leftOut, IReadOnlyList<string> notes)
    {
        // Read before an earlier run is moved aside, which may have them.
        var kept = _settings.KeptFiles.Select(KeptFile.Read).ToList();

        // Opened first: where there is nothing to resume, nothing is left behind.
        using var checkpoint = _settings.IsResumed ? Checkpoint.OpenNewest(Folder[RunFiles.Checkpoints]) : null;
        if (checkpoint is null)
        {
            RefuseForeignFiles(kept);
        }

        _lock ??= Folder.Lock(RunFiles.Lock);
        if (checkpoint is not null)
        {
            trainer.Resume(checkpoint);
            if (trainer.Step < trainer.TotalSteps)
            {
                // They belong to the model before the resume.
                Folder.Remove(_results);
            }
        }
        else if (MoveEarlierRunAside() is { } earlier)
        {
            Console.WriteLine($"moved the earlier run to {earlier}");
        }

        foreach (var file in kept)
        {
            Folder.Keep(file);
        }

        foreach (var problem in leftOut.Take(ProblemsShown))
        {
            Console.WriteLine($"left out: {problem.File} {problem.Reason}");
        }

        if (leftOut.Count > ProblemsShown)
        {
            Tell($"left out: {leftOut.Count - ProblemsShown:N0} more");
        }

        foreach (var note in notes)
        {
            Console.WriteLine($"note: {note}");
        }

        if (trainer.StepsPerEpoch < 1)
        {
            var times = 1 / trainer.StepsPerEpoch;
            Tell($"note: a batch has {times:0.#} times as many samples as the training data, so that each step repeats them");
        }

        Tell($"training for {trainer.TotalSteps} steps into {Folder.Path} (Ctrl-C saves and stops)");
    }

    // What lies in a folder without a run is the user's own. A run that was killed at its start may have left no more than copies.
    private void RefuseForeignFiles(IReadOnlyList<KeptFile> kept)
    {
        if (RunFiles.Telling.Append(RunFiles.Manifest).Any(name => Path.Exists(Folder[name])))
        {
            return;
        }

        if (kept.FirstOrDefault(file => file.IsIn(Folder.Path)) is { } own)
        {
            throw new ModelGenException(
                $"'{own.Path}' is in '{Folder.Path}' itself, where the run would keep its copy; choose another folder for the run."
            );
        }

        var copies = kept.Where(file => file.IsCopiedTo(Folder.Path)).Select(static file => file.Name);
        if (Folder.Existing.Except(copies).FirstOrDefault() is { } foreign)
        {
            throw new ModelGenException(
                $"'{Folder.Path}' has no run, but has '{foreign}', which the run would write; choose another folder for the run, or move "
                    + "the file."
            );
        }
    }

    // The names of an earlier run's spec and recipe may be others.
    private string? MoveEarlierRunAside() => Folder.With(RunManifest.FilesIn(Folder[RunFiles.Manifest])).MoveEarlierRunAside();

    private void Tell(EvaluationReport report)
    {
        var space = report.Extractor is { } extractor ? $", in the features of {extractor}" : "";
        Console.WriteLine($"measured{space}, and written to {Folder[RunFiles.Evaluation]}:");
        foreach (var (name, value) in report.Figures)
        {
            Tell($"  {name.Replace('_', ' ').PadRight(40)} {value:F4}");
        }

        foreach (var note in report.Notes)
        {
            Console.WriteLine(note);
        }
    }

    private static void Tell(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    /// <summary>
    /// The name of a trained model, its metrics over the whole validation data, and whether its loss may be of the next token, and of that
    /// in answers alone.
    /// </summary>
    private sealed record Trained(string Model, IReadOnlyList<MetricValue> Validation, bool IsNextToken, bool IsOfAnswers)
    {
        public static Trained By(Objective objective, IReadOnlyList<MetricValue> validation) =>
            new(
                objective.Model.GetName(),
                validation,
                IsNextToken: objective is not (MaskedTokenObjective or PromptedObjective or RewardObjective),
                IsOfAnswers: objective is NextTokenObjective { IsOfAnswers: true }
            );
    }

    private sealed class ShareOfValidation(EvaluationProgress progress) : IProgress<double>
    {
        private const long Whole = 1000;

        public void Report(double value) => progress.Advance((long)(value * Whole), Whole);
    }

    /// <summary>Keeps the metrics at the end of a training.</summary>
    private sealed class LastValidation : TrainingObserver
    {
        public IReadOnlyList<MetricValue> Metrics { get; private set; } = [];

        public override void OnValidation(ValidationReport report)
        {
            if (report.IsFull)
            {
                Metrics = report.Metrics;
            }
        }
    }
}
