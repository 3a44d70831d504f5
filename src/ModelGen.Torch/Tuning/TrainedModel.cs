using ModelGen.Checkpoints;
using ModelGen.Layers;
using ModelGen.Runs;
using ModelGen.Tokenization;
using TorchSharp;

namespace ModelGen.Tuning;

/// <summary>Models that another run has trained, to use them while a model is trained.</summary>
public static class TrainedModel
{
    /// <summary>
    /// Loads the newest checkpoint of a run into a model, ready to use: in evaluation mode, with its tokenizer. Where weights were averaged
    /// it is the average.
    /// </summary>
    /// <param name="model">The model, which stays the caller's.</param>
    /// <param name="run">The folder of the run, relative to the one that the program runs in.</param>
    /// <typeparam name="TModel">The class of the model.</typeparam>
    /// <returns>The model.</returns>
    /// <exception cref="ModelGenException">There is no such run, it has no checkpoint, or it trained another model.</exception>
    public static TModel Load<TModel>(TModel model, string run)
        where TModel : torch.nn.Module, IGeneratedModel
    {
        using var checkpoint = OpenNewest(run, "A trained model is to be loaded");
        checkpoint.LoadInto(model);
        model.eval();
        return model;
    }

    /// <summary>The tokenizer of a run.</summary>
    /// <param name="run">The folder of the run, relative to the one that the program runs in.</param>
    /// <exception cref="ModelGenException">There is no such run, it has no checkpoint, or it has no tokenizer.</exception>
    public static Tokenizer TokenizerOf(string run)
    {
        using var checkpoint = OpenNewest(run, "A tokenizer is to be read");
        return checkpoint.CreateTokenizer();
    }

    /// <summary>Opens the newest checkpoint of a run.</summary>
    /// <param name="run">The folder of the run.</param>
    /// <param name="purpose">What it is for, as the beginning of a sentence that goes on with <c>from the run</c>.</param>
    /// <exception cref="ModelGenException">There is none.</exception>
    internal static Checkpoint OpenNewest(string run, string purpose)
    {
        var folder = Path.Combine(run, RunFiles.Checkpoints);
        return Directory.Exists(folder)
            ? Checkpoint.OpenNewest(folder)
            : throw new ModelGenException(
                $"{purpose} from the run in '{run}', but "
                    + (
                        Directory.Exists(run)
                            ? $"that folder has no '{RunFiles.Checkpoints}'."
                            : $"there is no such folder here, in '{Directory.GetCurrentDirectory()}'."
                    )
            );
    }
}
