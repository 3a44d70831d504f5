using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class EmbedSpelling : Spelling<Embed>
{
    protected override string Expression(Embed op, Operands operands) => operands.CallModule();

    protected override ModuleSpelling Module(Embed op, PartText part) =>
        new($"{part.Code.Modules}.Embedding", $"{part.Code.Nn}.Embedding({part.Size(0)}, {part.Size(1)}, device: device)");
}
