namespace ModelGen.Compiler.Words.Positions;

internal sealed class AlibiPositions()
    : PositionEncoding(
        "alibi",
        "scores fall with the distance of the two positions, faster in some heads than in others: Press et al. 2022"
    )
{
    public override string Example => "alibi";

    public override bool HasSlopes => true;
}
