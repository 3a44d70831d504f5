using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Sources;

internal sealed class DenoisingSource()
    : DataSource(
        "denoising",
        "UTF-8 text without some of its spans, each of which a mask token replaces, to be read; and these spans, to be written: Raffel et "
            + "al. 2020",
        Path,
        Rate,
        Span
    )
{
    private static readonly TextParameter Path = new("path", "the file, or a folder whose files are all read in order of name")
    {
        IsMain = true,
        IsRequired = true,
    };

    private static readonly NumberParameter Rate = new("rate", "the share of tokens that are taken out; at least one in each sample")
    {
        Range = new Language.Range(0, 1, ExcludesMinimum: true, ExcludesMaximum: true),
        Default = 0.15,
    };

    private static readonly NumberParameter Span = new("span", "the mean length of the spans, in tokens")
    {
        Range = new Language.Range(1, 1000),
        Default = 3,
    };

    public override string Example => "denoising: { path: corpus, rate: 0.2, span: 4 }";

    public override string Data => "tokens";

    public override string DataSet => "PairDataset";

    public override string Record => "DenoisingSource";

    public override string? Misfit(Arguments arguments, DataShape data) =>
        data.MaskToken is null ? "it needs a mask token in the model's 'data.tokens', as in mask-token: <mask>" : null;
}
