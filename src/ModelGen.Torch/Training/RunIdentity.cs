using System.Globalization;
using System.Reflection;
using ModelGen.Checkpoints;
using ModelGen.Native;
using ModelGen.Native.Convolutions;
using ModelGen.Training.Guards;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>The identity of a run: what its bytes depend on, by name.</summary>
internal sealed class RunIdentity
{
    /// <summary>The name of the length of the run, in steps.</summary>
    public const string Duration = "duration";

    /// <summary>The name of the entry that says which library multiplies matrices on the CPU.</summary>
    public const string Products = "products";

    /// <summary>The name of the entry that says which kernels compute convolutions.</summary>
    public const string Convolutions = "convolutions";

    // What changes no weight: how much time and memory the run may take, and how often the model is validated and saved if no guard depends
    // on it. The length is added in steps.
    private static readonly string[] WithoutEffect = ["duration", "validation", "checkpoint", "max-time", "budget"];

    private readonly SortedDictionary<string, string> _settings = new(StringComparer.Ordinal);

    public RunIdentity(
        Objective objective,
        TrainingOptions options,
        TrainingPlan plan,
        long totalSteps,
        Device device,
        IReadOnlyDictionary<string, object> more
    )
    {
        RecordMembers.Add(_settings, "training", options);
        foreach (
            var name in _settings
                .Keys.Where(static name =>
                    WithoutEffect.Any(without =>
                        name == $"training.{without}" || name.StartsWith($"training.{without}.", StringComparison.Ordinal)
                    )
                )
                .ToList()
        )
        {
            _settings.Remove(name);
        }

        _settings.Add(Duration, Steps(totalSteps));

        // When a run stops early depends on when and how it is validated; where it goes back to, on when it is saved. The validation split
        // is part of the data's hash.
        if (options.EarlyStopping is not null)
        {
            _settings.Add("training.validation.every", Steps(Math.Max(1, plan.ToSteps(options.Validation.Every!.Value))));
            _settings.Add("training.validation.batches", options.Validation.Batches.ToString(CultureInfo.InvariantCulture));
        }

        if (options.Rollback is not null && options.Checkpoint is { } checkpoint)
        {
            _settings.Add("training.checkpoint.every", Steps(Math.Max(1, plan.ToSteps(checkpoint.Every))));
        }

        _settings.Add("precision", objective.Precision.ToString().ToLowerInvariant());
        _settings.Add("objective", objective.GetType().Name);
        foreach (var (name, value) in objective.Settings)
        {
            RecordMembers.Add(_settings, $"objective.{name}", value);
        }

        foreach (var (name, value) in more)
        {
            RecordMembers.Add(_settings, name, value);
        }

        var environment = new Dictionary<string, string>
        {
            ["modelgen"] = Version,
            ["libtorch"] = Libtorch.Version,
            ["device"] = device.ToString(),
            ["threads"] = get_num_threads().ToString(CultureInfo.InvariantCulture),
        };
        if (device.type == TorchSharp.DeviceType.CPU)
        {
            environment.Add(Products, ProductKernels.Chosen.ToString().ToLowerInvariant());
        }

        if (ConvolutionKernels.Of(objective.Model, device) is { } kernel)
        {
            environment.Add(Convolutions, kernel.ToString().ToLowerInvariant());
        }

        Environment = environment;
    }

    /// <summary>ModelGen's own version, with the commit that it was built from if known.</summary>
    public static string Version { get; } =
        typeof(RunIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>The settings: with a different value it is a different run.</summary>
    public IReadOnlyDictionary<string, string> Settings => _settings;

    /// <summary>The environment: with a different value it is the same run except for rounding.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>The steps of the whole run according to its settings; null if they do not say.</summary>
    public static long? TotalSteps(IReadOnlyDictionary<string, string> settings) =>
        settings.TryGetValue(Duration, out var text)
        && long.TryParse(text.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var steps)
            ? steps
            : null;

    /// <summary>The names whose values differ, in order; where the type of an entry differs, its members are left out.</summary>
    public static IReadOnlyList<string> Differences(IReadOnlyDictionary<string, string> was, IReadOnlyDictionary<string, string> isNow)
    {
        var differing = new List<string>();
        foreach (var name in was.Keys.Concat(isNow.Keys).Distinct().Order(StringComparer.Ordinal))
        {
            if (
                was.GetValueOrDefault(name) != isNow.GetValueOrDefault(name)
                && !differing.Any(kind => name.StartsWith(kind + ".", StringComparison.Ordinal))
            )
            {
                differing.Add(name);
            }
        }

        return differing;
    }

    /// <summary>A difference in words.</summary>
    public static string Describe(string name, IReadOnlyDictionary<string, string> was, IReadOnlyDictionary<string, string> isNow) =>
        $"{name} was {was.GetValueOrDefault(name, "absent")} and is {isNow.GetValueOrDefault(name, "absent")}";

    private static string Steps(long count) => string.Create(CultureInfo.InvariantCulture, $"{count} steps");
}
