using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials.Share;

/// <summary>
/// Encrypts a token at rest: AES-256-GCM (NIST SP 800-38D) with a key that HKDF-SHA-256 (RFC 5869) derives from the client secret, which
/// every instance of an app has. There is no key to distribute, and read or write access to the store isn't enough to read or forge a token.
/// </summary>
/// <remarks>
/// An entry consists of the version of this format (1 byte), the nonce (12 bytes), the ciphertext and the tag (16 bytes). The name of its key
/// and the version are authenticated with it. The plaintext consists of the expiry in ticks of 100 ns since the year 1, UTC (8 bytes), the
/// lifetime in the same ticks (8 bytes, both big-endian) and the token in UTF-8. Thread-safe.
/// </remarks>
internal sealed class TokenSeal
{
    private const byte Version = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int TimesLength = 2 * sizeof(long);
    private const int Overhead = 1 + NonceLength + TagLength;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly byte[] _key;

    private readonly byte[] _associatedData;

    public TokenSeal(OptionsSnapshot options)
    {
        byte[] secret = Encoding.UTF8.GetBytes(options.ClientSecret);
        _key = Derive(secret, "SpotifyClientCredentials token seal v1");
        // Another secret is another key: during a rotation, instances with the old secret and those with the new one don't overwrite each other.
        string keyId = Convert.ToHexString(Derive(secret, "SpotifyClientCredentials key id v1"));
        byte[] name = SHA256.HashData(Encoding.UTF8.GetBytes($"{options.TokenEndpoint.AbsoluteUri}\n{options.ClientId}\n{keyId}"));
        KeyName = $"spotify-client-credentials:{Convert.ToHexString(name)}";
        _associatedData = [.. Encoding.UTF8.GetBytes(KeyName), Version];
    }

    /// <summary>The name under which the app's token is stored.</summary>
    public string KeyName { get; }

    public byte[] Seal(AccessToken token, TimeSpan lifetime) => Seal(token, lifetime, RandomNumberGenerator.GetBytes(NonceLength));

    /// <param name="token">The token.</param>
    /// <param name="lifetime">Its whole lifetime.</param>
    /// <param name="nonce">12 bytes that are never used twice.</param>
    public byte[] Seal(AccessToken token, TimeSpan lifetime, ReadOnlySpan<byte> nonce)
    {
        byte[] content = new byte[TimesLength + Encoding.UTF8.GetByteCount(token.Value)];
        BinaryPrimitives.WriteInt64BigEndian(content, token.ExpiresOn.UtcTicks);
        BinaryPrimitives.WriteInt64BigEndian(content.AsSpan(sizeof(long)), lifetime.Ticks);
        Encoding.UTF8.GetBytes(token.Value, content.AsSpan(TimesLength));

        byte[] entry = new byte[Overhead + content.Length];
        entry[0] = Version;
        nonce.CopyTo(entry.AsSpan(1));
        using AesGcm cipher = new(_key, TagLength);
        cipher.Encrypt(nonce, content, entry.AsSpan(1 + NonceLength, content.Length), entry.AsSpan(^TagLength..), _associatedData);
        return entry;
    }

    /// <returns>Null if the entry wasn't sealed like this: it has another secret, key or version, was cut or changed, or isn't a token.</returns>
    public (AccessToken Token, TimeSpan Lifetime)? Open(ReadOnlySpan<byte> entry)
    {
        if (entry.Length <= Overhead + TimesLength || entry[0] != Version)
        {
            return null;
        }

        byte[] content = new byte[entry.Length - Overhead];
        try
        {
            using AesGcm cipher = new(_key, TagLength);
            cipher.Decrypt(entry.Slice(1, NonceLength), entry[(1 + NonceLength)..^TagLength], entry[^TagLength..], content, _associatedData);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        long expiry = BinaryPrimitives.ReadInt64BigEndian(content);
        TimeSpan lifetime = TimeSpan.FromTicks(BinaryPrimitives.ReadInt64BigEndian(content.AsSpan(sizeof(long))));
        string value = Encoding.UTF8.GetString(content.AsSpan(TimesLength));
        // Anyone with the secret can seal anything.
        return expiry >= 0 && expiry <= DateTimeOffset.MaxValue.Ticks && TokenResponse.IsLifetime(lifetime) && TokenResponse.IsBearerToken(value)
            ? (new AccessToken(value, new DateTimeOffset(expiry, TimeSpan.Zero)) { IsFromStore = true }, lifetime)
            : null;
    }

    private static byte[] Derive(byte[] secret, string info) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, outputLength: 32, salt: [], Encoding.ASCII.GetBytes(info));
}
