using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

internal sealed class AliasSpelling : Spelling<Alias>
{
    protected override string Expression(Alias op, Operands operands) => $"{operands[0]}.alias()";
}
