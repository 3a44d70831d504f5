using ModelGen.Tuning;

namespace ModelGen.Models;

/// <summary>A classifier that another run has trained, with what its scores mean.</summary>
/// <param name="Model">The network, which gives a score for each class.</param>
/// <param name="Classes">The names of the classes, in the order of the scores.</param>
public sealed record TrainedClassifier(Network Model, IReadOnlyList<string> Classes)
{
    /// <summary>Loads the newest checkpoint of a run into a network, ready to use: in evaluation mode.</summary>
    /// <param name="model">The network, which stays the caller's.</param>
    /// <param name="run">The folder of the run, relative to the one that the program runs in.</param>
    /// <typeparam name="TModel">The class of the network.</typeparam>
    /// <returns>The classifier.</returns>
    /// <exception cref="ModelGenException">There is no such run, it has no checkpoint, or it trained another network or no
    /// classifier.</exception>
    public static TrainedClassifier Load<TModel>(TModel model, string run)
        where TModel : Network
    {
        using var checkpoint = TrainedModel.OpenNewest(run, "A classifier is to be loaded");
        checkpoint.LoadInto(model);
        model.eval();
        return checkpoint.Classes.Count > 0
            ? new TrainedClassifier(model, checkpoint.Classes)
            : throw new ModelGenException($"The run in '{run}' has trained no classifier: its checkpoint has no names of classes.");
    }
}
