namespace ModelGen.Answers;

/// <summary>An answer to a prompt in steps, each of which is rated.</summary>
/// <param name="Prompt">What is answered; empty where there is nothing to ask.</param>
/// <param name="Steps">The steps in their order, at least one, none empty.</param>
/// <param name="Ratings">Of each step 1 if it is right and 0 if it is wrong, or how probably it is right, from 0 to 1.</param>
public sealed record RatedSteps(string Prompt, IReadOnlyList<string> Steps, IReadOnlyList<double> Ratings);
