using ModelGen.Checkpoints;
using ModelGen.Models;
using ModelGen.Tokenization;

namespace ModelGen.Prediction;

/// <summary>Classifies texts with a network that was trained with <c>cross-entropy</c>.</summary>
/// <remarks>
/// The probabilities are the softmax of the network's scores. A text's probabilities do not depend on the texts beside it, except for
/// rounding.
/// </remarks>
/// <example>
/// <code>
/// using var model = new Reviews();
/// var classifier = TextClassifier.Load(model, "runs/reviews/checkpoints");
/// foreach (var review in classifier.Classify(["Never again.", "I loved it."]))
///     Console.WriteLine($"{review.Label} ({review.Probability:P0})");
/// </code>
/// </example>
public sealed class TextClassifier
{
    private readonly TextPredictor _predictor;

    /// <summary>Binds a trained model, its tokenizer and the names of its classes.</summary>
    /// <param name="model">The model: a network that reads tokens and gives a score for each class. It stays the caller's.</param>
    /// <param name="tokenizer">The tokenizer that it was trained with.</param>
    /// <param name="classes">The names of the classes in the order of their scores: those of the data set, or of the checkpoint.</param>
    /// <exception cref="ModelGenException">The model does not read tokens or does not give one score per class, or it has another
    /// vocabulary or padding token than the tokenizer.</exception>
    public TextClassifier(Network model, Tokenizer tokenizer, IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        _predictor = new TextPredictor(model, tokenizer);
        Classes = [.. classes];
        if (model.OutputShape is not [var scores] || scores != classes.Count)
        {
            throw new ModelGenException(
                $"{model.GetName()} gives scores [{string.Join(", ", model.OutputShape.ToArray())}], but there are {classes.Count} names "
                    + "of classes; pass those that it was trained with."
            );
        }
    }

    /// <summary>The names of the classes, in the order of the model's scores.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Loads a model's trained weights, its tokenizer and the names of its classes from the newest checkpoint of a run.</summary>
    /// <param name="model">The model, which stays the caller's.</param>
    /// <param name="folder">The folder of the checkpoints.</param>
    /// <typeparam name="TModel">The class of the model.</typeparam>
    /// <returns>The classifier.</returns>
    /// <exception cref="ModelGenException">There is no checkpoint, it belongs to another model, or that was not trained to classify
    /// texts.</exception>
    public static TextClassifier Load<TModel>(TModel model, string folder)
        where TModel : Network
    {
        using var checkpoint = Checkpoint.OpenNewest(folder);
        checkpoint.LoadInto(model);
        return new TextClassifier(model, checkpoint.CreateTokenizer(), checkpoint.Classes);
    }

    /// <summary>Classifies texts.</summary>
    /// <param name="texts">The texts, in any number and order.</param>
    /// <param name="batchSize">How many are computed at once, at least 1.</param>
    /// <param name="cancellation">Cancels it between two batches.</param>
    /// <returns>The class of each text, in the same order.</returns>
    /// <exception cref="ModelGenException">A text has no token, has the padding token written out, or has something that the tokenizer
    /// lacks; or the device has too little memory.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<ClassifiedText> Classify(
        IReadOnlyList<string> texts,
        int batchSize = 64,
        CancellationToken cancellation = default
    ) => [.. _predictor.Predict(texts, batchSize, cancellation).Select(Classified)];

    private ClassifiedText Classified(TextOutput output)
    {
        var highest = output.Values.Max();
        var weights = output.Values.Select(score => Math.Exp((double)score - highest)).ToArray();
        var sum = weights.Sum();
        double[] probabilities = [.. weights.Select(weight => weight / sum)];
        var likeliest = Array.IndexOf(probabilities, probabilities.Max());
        return new ClassifiedText(Classes[likeliest], probabilities[likeliest], probabilities, output.IsCut);
    }
}
