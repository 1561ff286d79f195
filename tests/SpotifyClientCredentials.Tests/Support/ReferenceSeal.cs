using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Share;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>
/// A second implementation of the format of a shared token, written from its description. It also seals what the library wouldn't, as anyone
/// with the client secret can.
/// </summary>
internal static class ReferenceSeal
{
    public static byte[] Seal(OptionsSnapshot options, AccessToken token, TimeSpan life, byte version = 1) =>
        Seal(options, token.ExpiresOn.UtcTicks, life.Ticks, Encoding.UTF8.GetBytes(token.Value), version);

    public static byte[] Seal(OptionsSnapshot options, long expiry, long life, byte[] token, byte version = 1)
    {
        byte[] times = new byte[16];
        BinaryPrimitives.WriteInt64BigEndian(times, expiry);
        BinaryPrimitives.WriteInt64BigEndian(times.AsSpan(8), life);
        byte[] content = [.. times, .. token];
        byte[] nonce = RandomNumberGenerator.GetBytes(12);
        byte[] tag = new byte[16];
        byte[] encrypted = new byte[content.Length];
        byte[] associatedData = [.. Encoding.UTF8.GetBytes(new TokenSeal(options).KeyName), version];
        using AesGcm cipher = new(Key(options.ClientSecret), 16);
        cipher.Encrypt(nonce, content, encrypted, tag, associatedData);
        return [version, .. nonce, .. encrypted, .. tag];
    }

    private static byte[] Key(string secret)
    {
        byte[] extracted = HMACSHA256.HashData(new byte[32], Encoding.UTF8.GetBytes(secret));
        byte[] info = [.. Encoding.UTF8.GetBytes("SpotifyClientCredentials token seal v1"), 1];
        return HMACSHA256.HashData(extracted, info);
    }
}
