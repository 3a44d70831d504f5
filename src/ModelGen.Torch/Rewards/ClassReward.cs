using ModelGen.Models;
using ModelGen.Prediction;
using ModelGen.Tokenization;
using ModelGen.Tuning;
using TorchSharp;

namespace ModelGen.Rewards;

/// <summary>The probability that a classifier gives a class for the answer alone; 0 for an empty one, of which it can tell
/// nothing.</summary>
public sealed class ClassReward : IReward
{
    private readonly TextClassifier _classifier;
    private readonly int _index;
    private readonly string _identity;

    /// <summary>Binds a trained classifier.</summary>
    /// <param name="model">The network, which stays the caller's; its weights must not change afterwards.</param>
    /// <param name="tokenizer">The tokenizer that it was trained with.</param>
    /// <param name="classes">The names of its classes in the order of their scores.</param>
    /// <param name="label">The class that answers should have.</param>
    /// <exception cref="ModelGenException">The network is no classifier of texts with these classes, or there is no such class.</exception>
    public ClassReward(Network model, Tokenizer tokenizer, IReadOnlyList<string> classes, string label)
    {
        _classifier = new TextClassifier(model, tokenizer, classes);
        _index = classes.ToList().IndexOf(label);
        if (_index < 0)
        {
            throw new ModelGenException($"{model.GetName()} knows no class '{label}'; it has {string.Join(", ", classes)}.");
        }

        _identity = $"{label} of {ModelIdentity.Of(model)}";
    }

    /// <summary>Loads a classifier's weights, its tokenizer and the names of its classes from the newest checkpoint of a run.</summary>
    /// <param name="model">The network, which stays the caller's.</param>
    /// <param name="run">The folder of the run, relative to the one that the program runs in.</param>
    /// <param name="label">The class that answers should have.</param>
    /// <typeparam name="TModel">The class of the network.</typeparam>
    /// <returns>The reward.</returns>
    /// <exception cref="ModelGenException">There is no such run, it trained another network or no classifier of texts, or it knows no such
    /// class.</exception>
    public static ClassReward Load<TModel>(TModel model, string run, string label)
        where TModel : Network
    {
        using var checkpoint = TrainedModel.OpenNewest(run, "A classifier is to be loaded");
        checkpoint.LoadInto(model);
        return new ClassReward(model, checkpoint.CreateTokenizer(), checkpoint.Classes, label);
    }

    /// <inheritdoc/>
    public IReadOnlyList<double> Score(IReadOnlyList<WrittenAnswer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var scores = new double[answers.Count];
        int[] written = [.. Enumerable.Range(0, scores.Length).Where(index => answers[index].Answer.Length > 0)];
        var classified = _classifier.Classify([.. written.Select(index => answers[index].Answer)]);
        for (var i = 0; i < written.Length; i++)
        {
            scores[written[i]] = classified[i].Probabilities[_index];
        }

        return scores;
    }

    /// <summary>The class, the network and its weights, by which a run knows its reward.</summary>
    public override string ToString() => _identity;
}
