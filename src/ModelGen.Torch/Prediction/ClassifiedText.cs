namespace ModelGen.Prediction;

/// <summary>The class of a text, as a model sees it.</summary>
/// <param name="Label">The name of the likeliest class.</param>
/// <param name="Probability">Its probability, from 0 to 1.</param>
/// <param name="Probabilities">The probabilities of all classes, in the order of <see cref="TextClassifier.Classes"/>; they add up to
/// 1.</param>
/// <param name="IsCut">Whether the text was longer than the model's context, so that its end was not read.</param>
public sealed record ClassifiedText(string Label, double Probability, IReadOnlyList<double> Probabilities, bool IsCut);
