using System.Text.Json;

namespace SpotifyClientCredentials.Internal;

internal static class JsonText
{
    /// <returns>Null where the element is no string, or one whose bytes or escapes are no Unicode text.</returns>
    public static string? Of(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
