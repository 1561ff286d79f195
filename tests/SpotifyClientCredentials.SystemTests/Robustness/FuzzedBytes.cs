using CsCheck;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>Bytes of which some are changed, inserted, removed, duplicated or truncated, and which occasionally become very many.</summary>
internal static class FuzzedBytes
{
    private const int MaxBytes = SpotifyClientCredentials.Fetch.TokenResponse.MaxBodyBytes + 1;

    private static readonly Gen<(int Kind, int At, int Length, byte Byte)[]> AnyEdits = Gen.Frequency(
        (3, Gen.Const(Array.Empty<(int, int, int, byte)>())),
        (2, Gen.Select(Gen.Int[0, 6], Gen.Int[0, 9999], Gen.Int[1, 40], Gen.Byte).Array[1, 3]));

    // Large bodies are expensive to generate: a million of them would take an hour.
    private static readonly Gen<int> AnyGrowth = Gen.Frequency((1000, Gen.Const(0)), (1, Gen.Int[1, MaxBytes]));

    public static Gen<byte[]> Of(byte[] body) => Gen.Select(AnyEdits, AnyGrowth, Gen.Int[0, 9999], (edits, growth, at) =>
    {
        List<byte> bytes = [.. body];
        foreach ((int kind, int position, int length, byte value) in edits)
        {
            Edit(bytes, kind, position % (bytes.Count + 1), length, value);
        }

        return Grow(bytes, growth, at % (bytes.Count + 1));
    });

    private static void Edit(List<byte> bytes, int kind, int at, int length, byte value)
    {
        int available = Math.Min(length, bytes.Count - at);
        switch (kind)
        {
            case 0 when available > 0:
                bytes[at] = value;
                break;

            case 1 when available > 0:
                bytes[at] ^= (byte)(1 << (value % 8));
                break;

            case 2:
                bytes.RemoveRange(at, available);
                break;

            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, available));
                break;

            case 4:
                bytes.RemoveRange(at, bytes.Count - at);
                break;

            case 5:
                bytes.InsertRange(0, [0xEF, 0xBB, 0xBF]);
                break;

            default:
                bytes.Insert(at, value);
                break;
        }
    }

    private static byte[] Grow(List<byte> bytes, int growth, int at)
    {
        if (growth == 0)
        {
            return [.. bytes];
        }

        byte[] grown = new byte[Math.Min(MaxBytes, bytes.Count + growth)];
        byte[] repeated = at < bytes.Count ? [.. bytes.GetRange(at, Math.Min(1 + (growth % 20), bytes.Count - at))] : [(byte)' '];
        for (int i = 0; i < grown.Length; i++)
        {
            int tail = i - at - (grown.Length - bytes.Count);
            grown[i] = i < at ? bytes[i] : tail >= 0 ? bytes[at + tail] : repeated[(i - at) % repeated.Length];
        }

        return grown;
    }
}
