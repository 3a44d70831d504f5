using ModelGen.Answers;
using ModelGen.Checkpoints;
using ModelGen.Cli.Data;
using ModelGen.Cli.Specs;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Native;
using ModelGen.Runs;
using ModelGen.Tuning;
using TorchSharp;

namespace ModelGen.Cli.Compilation;

/// <summary>The run in a folder, with the code of its spec.</summary>
internal sealed class TrainedRun
{
    private readonly string _folder;
    private readonly RunAssembly _assembly;

    private TrainedRun(string folder, RunSpec spec, RunAssembly assembly) => (_folder, Spec, _assembly) = (folder, spec, assembly);

    /// <summary>The run's spec.</summary>
    public RunSpec Spec { get; }

    /// <summary>The run as a value.</summary>
    /// <exception cref="ModelGenException">Nothing says what it learned from.</exception>
    public ModelRun Run => _assembly.Run;

    /// <summary>Where its recipe says the answers or prompts are that it learned from; null where it learned from something else.</summary>
    public PromptedSource? Prompts => _assembly.Data as PromptedSource;

    /// <summary>Whether its model continues text.</summary>
    public bool IsOfLanguageModel => _assembly.Model.IsAssignableTo(typeof(LanguageModel));

    /// <summary>How the spec says to choose tokens; null for a model that writes no text.</summary>
    public Sampling.SamplingOptions? Sampling => (Sampling.SamplingOptions?)_assembly.Model.GetProperty(nameof(Sampling))?.GetValue(null);

    /// <summary>Opens the run in a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="settings">The keys of its spec that have other values.</param>
    /// <param name="data">What to learn from instead of what its recipe says; null for that.</param>
    /// <exception cref="ModelGenException">It is no folder of a run, or something is wrong with its spec.</exception>
    public static TrainedRun Open(string folder, IReadOnlyList<Setting> settings, RecognisedData? data)
    {
        var spec = RunSpec.OfRun(folder, settings, data);
        return spec.IsSound
            ? new TrainedRun(folder, spec, RunAssembly.Load(spec))
            : throw new ModelGenException(
                settings.Count > 0
                    ? string.Join('\n', spec.Diagnostics)
                    : $"The spec of the run in '{folder}' has mistakes for this version of ModelGen:\n{string.Join('\n', spec.Diagnostics)}"
            );
    }

    /// <summary>The seed of the run in a folder.</summary>
    /// <exception cref="ModelGenException">It has no checkpoint.</exception>
    public static ulong SeedOf(string folder)
    {
        using var checkpoint = OpenCheckpoint(folder);
        TellOfDamage(checkpoint);
        return checkpoint.Seed;
    }

    /// <summary>The newest checkpoint.</summary>
    /// <exception cref="ModelGenException">There is none.</exception>
    public Checkpoint OpenCheckpoint()
    {
        var checkpoint = OpenCheckpoint(_folder);
        TellOfDamage(checkpoint);
        return checkpoint;
    }

    /// <summary>Creates the model with the weights of a checkpoint, ready to sample.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="adapter">A file of adapters that are merged into them; null for none.</param>
    /// <param name="device">The name of the device.</param>
    /// <param name="stop">Stops it.</param>
    /// <returns>The model, which the caller disposes.</returns>
    public torch.nn.Module Load(Checkpoint checkpoint, string? adapter, string device, CancellationToken stop)
    {
        var model = _assembly.Create(Devices.Choose(device));
        try
        {
            switch (model)
            {
                case LanguageModel language:
                    Fill(language);
                    break;
                case EncoderDecoder translator:
                    Fill(translator);
                    break;
                case SampleModel samples:
                    Fill(samples);
                    if (samples is VqVae)
                    {
                        Run.Prepare(samples, stop);
                    }

                    break;
                default:
                    throw new ModelGenException(
                        $"{Spec.ModelName} is a network that maps its input to an output: it has nothing to sample."
                    );
            }

            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }

        void Fill<TModel>(TModel empty)
            where TModel : torch.nn.Module, IGeneratedModel
        {
            checkpoint.LoadInto(empty);
            if (adapter is not null)
            {
                using var file = AdapterFile.Open(adapter);
                file.MergeInto(empty);
            }
        }
    }

    private static Checkpoint OpenCheckpoint(string folder) => Checkpoint.OpenNewest(Path.Combine(folder, RunFiles.Checkpoints));

    // An older one is used then, which is not to pass for the newest.
    private static void TellOfDamage(Checkpoint checkpoint)
    {
        foreach (var damaged in checkpoint.Damaged)
        {
            Console.Error.WriteLine($"note: the checkpoint {damaged}; that of step {checkpoint.Step} is used");
        }
    }
}
