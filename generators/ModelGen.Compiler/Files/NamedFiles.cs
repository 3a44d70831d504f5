using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;

namespace ModelGen.Compiler.Files;

/// <summary>The files that a model's spec names, which the build checks where they are there already.</summary>
/// <param name="Weights">How the file of weights has to be; null where the spec names none.</param>
/// <param name="Tokenizer">How the file of the tokenizer has to be; null where the spec names none.</param>
internal sealed record NamedFiles(WeightTable? Weights, NamedTokenizer? Tokenizer)
{
    // So few that each is told in full.
    private const int TensorsInMessage = 8;

    /// <summary>The files that a model names; null for none.</summary>
    public static NamedFiles? Of(ModelGraph model)
    {
        var weights = model.Weights?.File is null ? null : model.Weights;
        return weights is null && model.Tokenizer is null ? null : new NamedFiles(weights, model.Tokenizer);
    }

    /// <summary>What does not fit.</summary>
    /// <param name="known">What the build knows of files.</param>
    public IEnumerable<GraphError> Problems(KnownFiles known) =>
        (Weights is { File: { } file } table && known.Find(file) is WeightFacts weights ? Problems(table, file, weights) : []).Concat(
            Tokenizer is { } tokenizer && known.Find(tokenizer.Path) is TokenizerFacts facts && IsReadSo(tokenizer, facts, known)
                ? Problems(tokenizer, facts)
                : []
        );

    private static IEnumerable<GraphError> Problems(WeightTable table, string file, WeightFacts facts)
    {
        const string Place = "weights.file";
        if (facts.Damage is { } damage)
        {
            return [Error(Rules.DamagedFile, Place, damage)];
        }

        var fit = new TensorFit(
            new TensorNames(table.Prefix, table.Extras, table.Synonyms, table.Tie?.Name, table.Tie?.Other ?? ""),
            [
                .. table.Links.Select(static link => new WantedTensor(
                    link.Name,
                    link.Shape,
                    link.Added,
                    link.IsOwn ? TensorNeed.WithOthersLikeIt : TensorNeed.Always
                )),
            ],
            facts.Tensors.ToDictionary(
                static tensor => tensor.Name,
                static tensor => new TensorForm(tensor.Type, tensor.Shape),
                StringComparer.Ordinal
            )
        );
        return fit.ProblemsOf(TensorsInMessage).Select(problem => Error(Rules.WeightsMisfit, Place, file, table.Layout, problem));
    }

    // A file that the spec reads in another way than the build did is checked when it is read.
    private static bool IsReadSo(NamedTokenizer tokenizer, TokenizerFacts facts, KnownFiles known) =>
        tokenizer.Merges is { } merges
            ? facts.Merges is { } read && known.AreSame(merges, read)
            : facts.Merges is null && (facts.IsRanks || tokenizer.Pattern is null);

    private static IEnumerable<GraphError> Problems(NamedTokenizer tokenizer, TokenizerFacts facts)
    {
        const string File = "tokenizer.file.path";
        if (facts.Damage is { } damage)
        {
            return [Error(Rules.DamagedFile, $"{tokenizer.Place}.{File}", damage)];
        }

        if (facts.IsRanks && tokenizer.Pattern is null)
        {
            return [Misfit(File, TokenizerFit.NoPattern)];
        }

        // A file of ranks gets its special tokens from the spec.
        var wanted = tokenizer.Specials.Select(static token => (token.Role, token.Text, token.Id)).ToList();
        var found = facts.IsRanks
            ? wanted.Select(static token => (token.Text, token.Id))
            : facts.Specials.Select(static token => (token.Text, token.Id));
        var outside = wanted
            .Where(_ => facts.IsRanks)
            .Select(token => (token.Role, Sentence: TokenizerFit.OutsideRanks(token.Text, token.Id, facts.Size, wanted.Count)))
            .Where(static problem => problem.Sentence is not null)
            .Select(problem => Misfit(TokenizerFit.IdKey(problem.Role), problem.Sentence!));
        return TokenizerFit
            .Problems(facts.Size, [.. found], tokenizer.Vocabulary, wanted)
            .Select(problem => Misfit(problem.Key, problem.Sentence))
            .Concat(outside);

        GraphError Misfit(string key, string sentence) =>
            Error(Rules.TokenizerMisfit, $"{tokenizer.Place}.{key}", tokenizer.Path, sentence);
    }

    private static GraphError Error(Rule rule, string place, params string[] arguments) =>
        new(rule, GraphError.Model, place, new EquatableArray<string>(arguments));
}
