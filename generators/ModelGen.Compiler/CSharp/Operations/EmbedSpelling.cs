using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class EmbedSpelling : Spelling<Embed>
{
    protected override string Expression(Embed op, Operands operands) => operands.CallModule();

    protected override ModuleSpelling Module(Embed op, Part part, string? source) =>
        new("modules.Embedding", $"nn.Embedding({Literal.Of(part.State[0].Shape[0])}, {Literal.Of(part.State[0].Shape[1])}, device: device)");
}
