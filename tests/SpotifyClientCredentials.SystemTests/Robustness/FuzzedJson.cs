using System.Text.Json;
using CsCheck;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>JSON of a token response or an error, with fields removed, duplicated, renamed, or given other values and types.</summary>
internal static class FuzzedJson
{
    private static readonly string[] Names =
        ["access_token", "token_type", "expires_in", "error", "error_description", "scope", "refresh_token", @"access\u005ftoken", "Access_Token", @"\ud800", "", "a\u0000"];

    // Raw JSON, including quotation marks.
    private static readonly string[] Values =
    [
        $"\"{FuzzedResponse.NewToken}\"", $"\"{FuzzedResponse.NewToken}\"", "\"bearer\"", "\"BEARER\"", "\"mac\"", "3600", "3600.5", "\"3600\"", "0", "-1", "1e18", "1e999", "-1e999", "NaN",
        "0.0000001", "99999999999999999999999999999999999", "null", "true", "{}", "[]", "[[[[[[]]]]]]", "{\"access_token\":\"inner\"}", "\"\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"",
        "\"\\r\\nX-Injected: 1\"", "\"a b\"", "\"\u00fc\U0001f3b5\"", "\"invalid_client\"", "\"invalid_request\"", "\"Invalid client secret\"", "\"=\"", "'x'", "", ",", "\"", "}", "1.", "01", "\"\\x\"",
        new string('[', 70), string.Concat(Enumerable.Repeat("{\"a\":", 70)),
    ];

    private static readonly (string Name, string Value)[][] Templates =
    [
        [("access_token", $"\"{FuzzedResponse.NewToken}\""), ("token_type", "\"bearer\""), ("expires_in", "3600")],
        [("access_token", $"\"{FuzzedResponse.NewToken}\""), ("token_type", "\"Bearer\""), ("expires_in", "3600"), ("scope", "\"\"")],
        [("error", "\"invalid_client\""), ("error_description", "\"Invalid client secret\"")],
        [("error", "\"server_error\"")],
    ];

    private static readonly Gen<int> Position = Gen.Int[0, 1000];

    public static Gen<string> Any(Gen<string> echoes)
    {
        Gen<string> value = Gen.Frequency(
            (20, Gen.OneOf(Values)),
            (6, Gen.Select(echoes, Gen.OneOf("", "got ", "\r"), (echo, prefix) => JsonSerializer.Serialize(prefix + echo))),
            (2, Gen.String[0, 30].Select(text => JsonSerializer.Serialize(text))),
            (2, Gen.Double.Select(number => JsonSerializer.Serialize(double.IsFinite(number) ? number : 0))),
            (1, Gen.Select(echoes, Gen.Int[0, 4000], (echo, offset) => JsonSerializer.Serialize(new string('x', offset) + echo))));
        Gen<(int Kind, int At, string Name, string Value)> mutation = Gen.Select(Gen.Int[0, 5], Position, Gen.OneOf(Names), value);
        return Gen.Select(Gen.OneOf(Templates), mutation.Array[0, 3], Gen.OneOf("", "", " ", "\r\n\t"), Write);
    }

    private static string Write((string Name, string Value)[] template, (int Kind, int At, string Name, string Value)[] mutations, string space)
    {
        List<(string Name, string Value)> fields = [.. template];
        foreach ((int kind, int at, string name, string value) in mutations)
        {
            int field = fields.Count == 0 ? 0 : at % fields.Count;
            if (fields.Count == 0 || kind == 0)
            {
                fields.Insert(field, (name, value));
                continue;
            }

            switch (kind)
            {
                case 1:
                    fields.RemoveAt(field);
                    break;

                case 2:
                    fields[field] = (name, fields[field].Value);
                    break;

                case 3:
                    fields.Add((fields[field].Name, value));
                    break;

                default:
                    fields[field] = (fields[field].Name, value);
                    break;
            }
        }

        return $"{space}{{{string.Join($"{space},", fields.Select(field => $"{space}\"{field.Name}\"{space}:{space}{field.Value}"))}{space}}}{space}";
    }
}
